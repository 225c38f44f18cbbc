#include "study/study.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "prompts/prompts.h"

namespace partwise::internal {

std::string file_name(std::string name) {
  std::replace(name.begin(), name.end(), '/', '-');
  return name.empty() || name.starts_with('.') ? "_" + name : name;
}

namespace {

const PromptTemplate& template_of(const Task& task, std::int64_t index) {
  const auto n = std::ssize(task.templates);
  if (index < n) return task.templates[static_cast<std::size_t>(index)];
  throw Error(ErrorCode::usage, fmt::format("the study names template {}, but task {} has {}", index, task.name, n),
              fmt::format("name templates from 0 to {}, or leave the task out", n - 1));
}

std::int64_t main_shots(const Study& study, const Task& task) {
  const std::int64_t shots = study.shots < 0 ? automatic_shots(task.n_labels()) : study.shots;
  if (shots <= study.labelled.front()) return shots;
  throw Error(
      ErrorCode::usage,
      fmt::format("{} demonstrations in task {}, but {} labelled rows", shots, task.name, study.labelled.front()),
      "demonstrations count among the labelled rows: raise labelled, or lower shots");
}

}  // namespace

std::string StudyRun::stem() const {
  const std::string seeded = shots == 0 && !is_main ? "" : fmt::format("-seed{}", seed);
  return fmt::format("{}/{}{}-shots{}", file_name(task), file_name(template_name), seeded, shots);
}

std::vector<StudyRun> runs_of(const Study& study, const Task& task, std::int64_t template_index) {
  const std::int64_t shots = main_shots(study, task);
  const StudyRun base{task.name, template_of(task, template_index).name, template_index, study.seeds.front()};
  std::vector<StudyRun> runs;
  const auto add = [&](std::uint64_t seed, std::int64_t n, std::int64_t labelled, bool is_main) {
    StudyRun& run = runs.emplace_back(base);
    run.seed = seed;
    run.shots = n;
    run.labelled = labelled;
    run.is_main = is_main;
  };
  if (shots != 0) add(study.seeds.front(), 0, 0, false);
  for (std::uint64_t seed : study.seeds) {
    add(seed, shots, study.labelled.back(), true);
    for (std::int64_t k : study.labelled)
      if (k != shots) add(seed, k, k, false);
  }
  return runs;
}

}  // namespace partwise::internal
