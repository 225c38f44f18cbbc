// Statistics of a pool in which every label counts the same, however many of its rows there are.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace partwise {

/// Mean over labels of the mean over that label's rows.  x [n_rows, n]; out [n]
std::vector<double> balanced_mean(std::span<const double> x, std::span<const std::int32_t> labels);

/// Mean of each label's rows.  x [n_rows, n]; out [n_labels, n]. Every label has a row.
std::vector<double> label_means(std::span<const double> x, std::span<const std::int32_t> labels, std::int64_t n_labels);

/// Values less their mean and less `shift`.  [shift.size()]
std::vector<double> centred(const float* values, std::span<const double> shift);

}  // namespace partwise
