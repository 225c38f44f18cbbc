// Statistics of a pool in which every label has the same weight, however many rows it has.
#pragma once

#include <Eigen/Dense>
#include <cstdint>
#include <span>
#include <vector>

#include "readers/left_out.h"

namespace partwise::internal {

/// The mean of each label's rows, averaged over labels.  x [n_rows, n]; out [n]
std::vector<double> balanced_mean(std::span<const double> x, std::span<const std::int32_t> labels);

/// What each of the rows `kept` counts in the mean of the labels' means; other rows count 0. Labels without a row do
/// not count.  labels, out [n_rows]
Eigen::VectorXd balanced_shares(std::span<const std::int32_t> labels, const PoolRows& kept, std::int64_t n_labels);

/// The mean of each label's rows. Every label must have a row.  x [n_rows, n]; out [n_labels, n]
std::vector<double> label_means(std::span<const double> x, std::span<const std::int32_t> labels, std::int64_t n_labels);

/// `values` minus their own mean, and minus `shift`.  values, out [shift.size()]
std::vector<double> centred(const float* values, std::span<const double> shift);

}  // namespace partwise::internal
