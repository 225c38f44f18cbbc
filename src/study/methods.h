// The methods of a study side by side: run by run, and as means over runs.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "study/estimate.h"
#include "study/run_result.h"
#include "study/study.h"

namespace partwise::internal {

struct ModelResults {
  std::string name, fingerprint;
  std::vector<RunResult> runs;
};

/// All that a study's tables are made of.
struct StudyResults {
  Study study;
  std::vector<std::string> tasks;  // names, in the study's order
  std::vector<ModelResults> models;
  std::map<std::string, std::vector<std::string>> texts;  // of each task's labelled test rows, to show to people
};

/// Two results are of one method if their keys are equal, even in tasks with different numbers of demonstrations.
struct MethodKey {
  std::string method;     // "icl", or a kind of reader
  std::int64_t size = 0;  // icl: demonstrations, or kMainShots; readers: K, or 0 if they learn from no labelled rows

  bool operator==(const MethodKey&) const = default;
};
/// Stands for the number of demonstrations of main runs: 3 or 4, or what the study says.
inline constexpr std::int64_t kMainShots = -1;

/// One method in one run: a line of methods.csv.
struct MethodRow {
  std::string model;
  std::string task, template_name;
  std::uint64_t seed = 0;
  MethodKey key;
  MethodResult result;
};

/// Sorted by model, task, template and seed, then in the order of `method_keys`. A run that was made once for all seeds
/// (without demonstrations, and no main run) is repeated for each seed.
std::vector<MethodRow> method_rows(const StudyResults& results);

/// The keys that occur: icl by number of demonstrations, then the readers in the study's order, each by K.
std::vector<MethodKey> method_keys(const StudyResults& results);

/// One method of one model, over the runs of a task, or over the means of all tasks.
struct MethodSummary {
  std::string model;
  std::string task;  // "" over all tasks that have the method
  MethodKey key;
  std::int64_t n_runs = 0;                                         // one per template if all seeds share a run
  double accuracy = 0, macro_f1 = 0, nll = 0, ece = 0, brier = 0;  // means
  std::optional<double> sd;                                        // of the accuracy over runs, or of tasks' means
  Estimate estimate;  // of the accuracy, made like that of a difference (difference_over_runs)
  /// Accuracy minus that of icl with the most demonstrations, on the same rows and runs. nullopt for that icl itself,
  /// and if it is missing.
  std::optional<Estimate> difference;
};

/// Sorted by model, key and task; the summary over all tasks comes last. It is left out if a task lacks the method.
std::vector<MethodSummary> summarize_methods(const StudyResults& results);

}  // namespace partwise::internal
