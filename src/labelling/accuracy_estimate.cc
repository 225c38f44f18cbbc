#include "labelling/accuracy_estimate.h"

#include <algorithm>
#include <tuple>

namespace partwise::internal {

std::vector<SureAnswer> sure_answers(std::span<const HeldOut> rows) {
  std::vector<SureAnswer> answers;
  for (const HeldOut& row : rows) {
    const auto answer = static_cast<std::size_t>(row.answer());
    answers.push_back({row.probabilities[answer], row.answer() == row.label});
  }
  return answers;
}

Proportion estimated_accuracy(std::span<const HeldOut> rows, std::int64_t n_asked) {
  Proportion accuracy{std::ranges::count_if(rows, [](const HeldOut& row) { return row.answer() == row.label; }),
                      std::ssize(rows)};
  if (rows.empty()) return accuracy;
  const auto n = static_cast<double>(rows.size());
  accuracy.value = static_cast<double>(accuracy.hits) / n;
  const double size = n_asked == 0 ? n : 1 / (1 / n + 1 / static_cast<double>(n_asked));
  std::tie(accuracy.low, accuracy.high) = wilson_interval(accuracy.value, size);
  return accuracy;
}

}  // namespace partwise::internal
