#include "report/study_files.h"

#include <fmt/format.h>

#include "base/error.h"
#include "base/file.h"
#include "base/json.h"
#include "base/utf8.h"
#include "report/data/study.h"
#include "report/figure_files.h"
#include "report/html/study.h"
#include "study/warnings.h"

namespace partwise::internal {

namespace {

/// Tells `listener` which runs were left out or lost rows. Errors: bad_data if no run is left.
void say_left_out(const StudyResults& results, const Listener& listener) {
  std::int64_t n_runs = 0, n_shorter = 0, n_left_out = 0;
  std::string reason;
  for (const ModelResults& model : results.models)
    for (const RunResult& run : model.runs) {
      ++n_runs;
      n_shorter += run.too_long.has_value();
      if (!run.methods.empty()) continue;
      if (n_left_out++ == 0 && !run.left_out.empty()) reason = run.left_out[0].reason;
    }
  if (n_left_out == n_runs) {
    throw Error(ErrorCode::bad_data, fmt::format("every run was left out ({} of them), the first: {}", n_runs, reason),
                "take fewer demonstrations (shots, labelled), other rows, or a model with a longer context");
  }
  if (n_left_out > 0)
    listener.say(fmt::format("{} of {} runs could not be had: report.html says why", n_left_out, n_runs));
  if (n_shorter > 0)
    listener.say(fmt::format("in {} of {} runs rows did not fit into the model's context and were {}", n_shorter,
                             n_runs, results.study.too_long == TooLong::cut ? "cut" : "left out"));
}

}  // namespace

void write_study(const StudyResults& results, const std::filesystem::path& folder, const Listener& listener) {
  const auto write = [&](const std::string& name, const std::string& content) {
    write_output((folder / name).string(), [&](OutputFile& out) { out.write(content); });
  };
  write("methods.csv", methods_csv(results));
  write("components.csv", components_csv(results));
  write("transfer.csv", transfer_csv(results));
  write("report.html", study_html(results));
  write_figures(study_figures(results), folder / "figures");
  for (const StudyWarning& w : study_warnings(results))
    listener.say(printable(fmt::format("warning: {}: {} [{}]", describe_runs(w), w.warning.message, w.warning.code)));
  write("study.json", study_json(results).dump(1) + "\n");
  listener.say(fmt::format("tables and report in {}", folder.string()));
  say_left_out(results, listener);
}

}  // namespace partwise::internal
