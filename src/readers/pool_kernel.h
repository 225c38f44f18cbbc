// Fits on some rows of a pool, from inner products that are made once. So rows can be left out in milliseconds.
#pragma once

#include <Eigen/Dense>
#include <cstdint>
#include <span>
#include <vector>

#include "readers/left_out.h"
#include "readers/linear_fit.h"
#include "readers/reader.h"

namespace partwise::internal {

/// What a fit on some rows of a pool sees of all rows of it: means, sizes and scales are those of the rows it is fitted
/// on. The gram of readers/dual_fit.h is by_score + by_row (x) (I - 1 1^T / n_labels).
struct Kernels {
  Eigen::MatrixXd by_score;    // [n_rows * n_labels, n_rows * n_labels]; empty if there is no such term
  Eigen::MatrixXd by_row;      // [n_rows, n_rows]
  std::vector<double> offset;  // [n_rows, n_labels]
};

class PoolKernel {
 public:
  virtual ~PoolKernel() = default;
  /// kept: ascending
  virtual Kernels on(const PoolRows& kept) const = 0;
};

/// The scores of every row of `parts_out` by the fit without the rows that are left out with it. Errors: what
/// `progress` throws.
/// labels [n_rows]; out [n_rows, n_labels], 0 for rows that are never left out
std::vector<double> left_out_scores(const PoolKernel& kernel, std::span<const std::int32_t> labels,
                                    const std::vector<PoolRows>& parts_out, std::int64_t n_labels,
                                    const ProgressFn& progress);

/// The inner products of vectors after their mean with these weights is subtracted.  gram [n_rows, n_rows]
Eigen::MatrixXd centred_gram(const Eigen::MatrixXd& gram, const Eigen::VectorXd& weights);

/// Scales the inner products of a term in which each label has its own weights, so that the term has `share` of the
/// prior's variance on the kept rows (by_class_term).
void scale_by_row(Eigen::MatrixXd& gram, const PoolRows& kept, std::int64_t n_labels, double share);

}  // namespace partwise::internal
