#include "study/parts.h"

#include <algorithm>

namespace partwise::internal {

std::vector<const RunResult*> main_runs(const ModelResults& model) {
  std::vector<const RunResult*> runs;
  for (const RunResult& run : model.runs)
    if (run.is_main && !run.parts.empty()) runs.push_back(&run);
  return runs;
}

std::vector<const RunResult*> main_runs(const ModelResults& model, const std::string& task) {
  std::vector<const RunResult*> runs = main_runs(model);
  std::erase_if(runs, [&](const RunResult* run) { return run->task != task; });
  return runs;
}

double mean_over(const std::vector<const RunResult*>& runs, double RunResult::*field) {
  double sum = 0;
  for (const RunResult* run : runs) sum += run->*field / static_cast<double>(runs.size());
  return sum;
}

std::vector<double> part_accuracies(const RunResult& run) {
  std::vector<double> accuracies;
  for (const PartResult& part : run.parts)
    accuracies.push_back(static_cast<double>(part.hits) / static_cast<double>(run.n));
  return accuracies;
}

std::vector<double> mean_part_accuracies(const std::vector<const RunResult*>& runs) {
  std::vector<double> sums(runs.front()->parts.size());
  for (const RunResult* run : runs) {
    const std::vector<double> own = part_accuracies(*run);
    for (std::size_t c = 0; c < sums.size(); ++c) sums[c] += own[c] / static_cast<double>(runs.size());
  }
  return sums;
}

std::int64_t best_part(const std::vector<double>& accuracies) {
  return std::max_element(accuracies.begin(), accuracies.end()) - accuracies.begin();
}

std::vector<TransferRow> transfer_rows(const StudyResults& results) {
  std::vector<TransferRow> rows;
  for (const ModelResults& model : results.models) {
    const std::vector<const RunResult*> runs = main_runs(model);
    for (const RunResult* from : runs) {
      const std::int64_t part = best_part(part_accuracies(*from));
      for (const RunResult* to : runs) {
        if (to == from) continue;
        const std::vector<double> there = part_accuracies(*to);
        const std::int64_t best = best_part(there);
        rows.push_back({model.name, from, to, part, there[part], best, there[best]});
      }
    }
  }
  return rows;
}

std::vector<std::vector<TransferMean>> transfer_matrix(const StudyResults& results, const std::string& model,
                                                       const std::vector<TransferRow>& rows) {
  const auto index = [&](const std::string& task) {
    return std::find(results.tasks.begin(), results.tasks.end(), task) - results.tasks.begin();
  };
  std::vector matrix(results.tasks.size(), std::vector<TransferMean>(results.tasks.size()));
  for (const TransferRow& row : rows) {
    if (row.model != model) continue;
    TransferMean& sum = matrix[index(row.from->task)][index(row.to->task)];
    ++sum.n_pairs;
    sum.accuracy += row.accuracy;
    sum.best_accuracy += row.best_accuracy;
    sum.full_accuracy += row.to->full_accuracy;
    sum.chance += row.to->chance;
  }
  for (auto& line : matrix)
    for (TransferMean& sum : line) {
      const double n = std::max(1.0, static_cast<double>(sum.n_pairs));
      for (double* value : {&sum.accuracy, &sum.best_accuracy, &sum.full_accuracy, &sum.chance}) *value /= n;
    }
  return matrix;
}

std::vector<GroupAgreement> study_agreement(const ModelResults& model) {
  std::vector<RunKey> keys;
  std::vector<std::vector<double>> accuracies;
  for (const RunResult* run : main_runs(model)) {
    keys.push_back({.model = model.name,
                    .task = run->task,
                    .template_name = run->template_name,
                    .seed = run->seed,
                    .pair_of = run->pair_of,
                    .ood_of = run->ood_of});
    accuracies.push_back(part_accuracies(*run));
  }
  return group_agreements(pair_agreements(keys, accuracies), keys.size());
}

}  // namespace partwise::internal
