#include "labelling/precision.h"

#include <algorithm>
#include <functional>
#include <vector>

namespace partwise::internal {

namespace {

/// Whether held-out answers of this probability or more are right often enough, one wrong answer added.
bool holds(std::span<const SureAnswer> held_out, double least, double precision) {
  double n = 1, n_right = 0;
  for (const SureAnswer& answer : held_out) {
    if (answer.probability < least) continue;
    n += 1;
    n_right += answer.right ? 1 : 0;
  }
  return n_right >= precision * n;
}

}  // namespace

double least_for_precision(std::span<const SureAnswer> held_out, std::span<const double> probabilities,
                           double precision) {
  std::vector<double> surest(probabilities.begin(), probabilities.end());
  std::ranges::sort(surest, std::greater<>());
  double least = 2, sum = 0;
  for (std::size_t k = 0; k < surest.size(); ++k) {
    sum += surest[k];
    if (sum < precision * static_cast<double>(k + 1)) break;
    const bool is_tied = k + 1 < surest.size() && surest[k + 1] == surest[k];
    if (!is_tied && holds(held_out, surest[k], precision)) least = surest[k];
  }
  return least;
}

}  // namespace partwise::internal
