// The parts of a study's models: how good each is on every task, and whether parts that are good on one task are good
// on another.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "study/agreement.h"
#include "study/methods.h"

namespace partwise::internal {

/// The main runs of a model that have parts, in the study's order.
std::vector<const RunResult*> main_runs(const ModelResults& model);
/// Those of one task.
std::vector<const RunResult*> main_runs(const ModelResults& model, const std::string& task);

/// Mean of a number over runs.
double mean_over(const std::vector<const RunResult*>& runs, double RunResult::*field);

/// Accuracy of every part.  [n_components]
std::vector<double> part_accuracies(const RunResult& run);
/// The mean over `runs`, which must not be empty.  [n_components]
std::vector<double> mean_part_accuracies(const std::vector<const RunResult*>& runs);

/// The first of the most accurate parts.
std::int64_t best_part(const std::vector<double>& accuracies);

/// How the best part of one run, chosen on its test rows, does on the test rows of another: a line of transfer.csv.
struct TransferRow {
  std::string model;
  const RunResult* from;
  const RunResult* to;
  std::int64_t part = 0;
  double accuracy = 0;    // of `part` in the run `to`
  std::int64_t best = 0;  // the best part in the run `to`
  double best_accuracy = 0;
};
/// All ordered pairs of different main runs of a model. The rows point into `results`.
std::vector<TransferRow> transfer_rows(const StudyResults& results);

/// Means over all pairs of runs of two tasks, of one model.
struct TransferMean {
  std::int64_t n_pairs = 0;
  double accuracy = 0, best_accuracy = 0, full_accuracy = 0, chance = 0;
};
/// [n_tasks][n_tasks]: the task that the part is from, and the task that it is used on, in the order of
/// StudyResults::tasks. A task with itself has the means over its pairs of different runs.
std::vector<std::vector<TransferMean>> transfer_matrix(const StudyResults& results, const std::string& model,
                                                       const std::vector<TransferRow>& rows);

/// Whether the same parts do well in a model's other main runs. Empty for fewer than two runs.
std::vector<GroupAgreement> study_agreement(const ModelResults& model);

}  // namespace partwise::internal
