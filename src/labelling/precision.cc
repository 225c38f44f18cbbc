#include "labelling/precision.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <vector>

namespace partwise::internal {

namespace {

constexpr double kNormal80 = 0.8416;  // the 80th percentile of the normal distribution

/// What the mean probability of answers must be if those of `least` or more are given; more than 1 if the held-out rows
/// speak against it.
double needed_mean(std::span<const SureAnswer> held_out, double least, double precision) {
  double n = 0, n_right = 0;
  for (const SureAnswer& answer : held_out) {
    if (answer.probability < least) continue;
    n += 1;
    n_right += answer.right ? 1 : 0;
  }
  constexpr double kRounding = 1e-9;  // 0.56 * 25 is a little more than 14
  if (n == 0 || n_right < precision * n - kRounding) return 2;
  return precision + kNormal80 * std::sqrt(precision * (1 - precision) / n);
}

}  // namespace

double least_for_precision(std::span<const SureAnswer> held_out, std::span<const double> probabilities,
                           double precision) {
  std::vector<double> surest(probabilities.begin(), probabilities.end());
  std::ranges::sort(surest, std::greater<>());
  double least = 2, sum = 0;
  for (std::size_t k = 0; k < surest.size(); ++k) {
    sum += surest[k];
    const bool is_tied = k + 1 < surest.size() && surest[k + 1] == surest[k];
    const double mean = sum / static_cast<double>(k + 1);
    if (!is_tied && mean >= needed_mean(held_out, surest[k], precision)) least = surest[k];
  }
  return least;
}

}  // namespace partwise::internal
