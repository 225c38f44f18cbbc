#include "study/warnings.h"

#include <fmt/format.h>

#include <map>
#include <set>

namespace partwise::internal {

std::vector<StudyWarning> study_warnings(const StudyResults& results) {
  std::vector<StudyWarning> all;
  for (const std::string& task : results.tasks) {
    std::map<std::string, StudyWarning> by_code;
    std::int64_t n_all = 0;
    for (const ModelResults& model : results.models)
      for (const RunResult& run : model.runs) {
        if (run.task != task) continue;
        ++n_all;
        std::set<std::string> codes;  // a run may have one code twice
        for (const Warning& warning : run.warnings)
          if (codes.insert(warning.code).second)
            ++by_code.try_emplace(warning.code, StudyWarning{task, 0, 0, warning}).first->second.n_runs;
      }
    for (auto& [code, warning] : by_code) {
      warning.n_all = n_all;
      all.push_back(std::move(warning));
    }
  }
  return all;
}

std::string describe_runs(const StudyWarning& warning) {
  if (warning.n_all == 1) return warning.task;
  if (warning.n_runs == warning.n_all) return fmt::format("{}, all {} runs", warning.task, warning.n_all);
  return fmt::format("{}, {} of {} runs", warning.task, warning.n_runs, warning.n_all);
}

}  // namespace partwise::internal
