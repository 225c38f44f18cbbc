// How alike two lists of numbers are, such as the accuracies of all parts in two runs.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace partwise::internal {

struct PartAnswers;  // analysis/answers.h

/// Pearson's r of two lists of the same length; 0 if one of them is constant.
double pearson(std::span<const double> a, std::span<const double> b);

struct Interval {
  double low = -1, high = 1;
};
/// 95 % interval of r over n independent pairs. It uses Fisher's z, which is normal with deviation 1 / sqrt(n - 3).
/// [-1, 1] for n < 4.
Interval fisher_interval(double r, std::int64_t n);

/// How far the places of the `n` largest values (on ties, the first) agree in both lists: intersection over union.
double top_overlap(std::span<const double> a, std::span<const double> b, std::int64_t n);

/// How alike the accuracies of all parts would be in another sample of test rows as large as this one. The rows are
/// halved at random 20 times, with equal shares of each label. The mean correlation between halves is stepped up to all
/// rows (Spearman and Brown, 1910: 2 r / (1 + r)). Runs judged on the same rows share their luck, and can agree better
/// than this; runs judged on different rows cannot be expected to. The halves are always the same. 0 for fewer than
/// four rows.
double part_reliability(const PartAnswers& answers);

}  // namespace partwise::internal
