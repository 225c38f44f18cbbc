// The fit of readers/dual_fit.h if all labels share one kernel: scores K A, where each label has weights of its own.
#pragma once

#include <Eigen/Dense>
#include <cstdint>
#include <span>

#include "readers/dual_fit.h"

namespace partwise::internal {

/// Minimises  sum_i weight_i CE(labels_i, softmax f_i) + kRidge / 2 tr(A^T K A),  f = offset + K A, over A. This is
/// dual_fit with gram = K (x) (I - 1 1^T / n_labels), but a step takes one Cholesky decomposition of n_rows for each
/// label (Rasmussen and Williams, Gaussian Processes for Machine Learning, 2006, algorithm 3.3), rather than one of
/// n_rows * n_labels. `start` is where Newton's method begins; empty: at 0.
/// kernel [n_rows, n_rows], positive semidefinite; offset, start [n_rows, n_labels]; row_weights [n_rows], empty: 1
DualFit by_class_fit(const Eigen::MatrixXd& kernel, std::span<const double> offset,
                     std::span<const std::int32_t> labels, std::span<const double> row_weights = {},
                     std::span<const double> start = {});

}  // namespace partwise::internal
