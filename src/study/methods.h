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

namespace partwise {

struct ModelResults {
  std::string name, fingerprint;
  std::vector<RunResult> runs;
};

/// All that a study's tables are made of.
struct StudyResults {
  Study study;
  std::vector<std::string> tasks;  // names, in the study's order
  std::vector<ModelResults> models;
  std::map<std::string, std::vector<std::string>> texts;  // of each task's labelled test rows, for people
};

/// What makes two results results of one method, also in tasks with other numbers of demonstrations.
struct MethodKey {
  std::string method;     // "icl", or a kind of reader
  std::int64_t size = 0;  // icl: demonstrations, or kMainShots; readers: K, or 0 where they learn from no labelled rows

  bool operator==(const MethodKey&) const = default;
};
/// The demonstrations of main runs, 3 or 4 or what the study says.
inline constexpr std::int64_t kMainShots = -1;

/// One method in one run: a line of methods.csv.
struct MethodRow {
  std::string model;
  std::string task, template_name;
  std::uint64_t seed = 0;
  MethodKey key;
  MethodResult result;
};

/// By model, task, template, seed; methods as they are listed by `method_keys`. What was run once for all seeds, that
/// is without demonstrations, is there for each of them.
std::vector<MethodRow> method_rows(const StudyResults& results);

/// Those that occur: icl by demonstrations, then the readers as the study lists them, each by K.
std::vector<MethodKey> method_keys(const StudyResults& results);

/// One method of one model, over the runs of a task, or over the means of all tasks.
struct MethodSummary {
  std::string model;
  std::string task;  // "" over all tasks that have the method
  MethodKey key;
  std::int64_t n_runs = 0;                                         // without demonstrations one a template
  double accuracy = 0, macro_f1 = 0, nll = 0, ece = 0, brier = 0;  // means
  std::optional<double> sd;                                        // of the accuracy over runs; over tasks, of means
  Estimate estimate;  // of the accuracy, as paired_difference has it of a difference
  /// Accuracy less that of icl with the most demonstrations, on the same rows and runs; nothing for that itself and
  /// where it is not there.
  std::optional<Estimate> difference;
};

/// By model, key, task (the one over all tasks last). Over all tasks there is nothing where a task lacks the method.
std::vector<MethodSummary> summarize_methods(const StudyResults& results);

}  // namespace partwise
