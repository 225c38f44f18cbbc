// The kernels of PartWeights (readers/part_weights.h).
#pragma once

#include "readers/part_weights.h"
#include "readers/pool_kernel.h"

namespace partwise::internal {

/// What PartWeights with these shares is fitted with. The plain reference is PartWeights::fit on the kept rows.
class PartKernel : public PoolKernel {
 public:
  PartKernel(const FitInput& input, const TermShares& shares);
  Kernels on(const PoolRows& kept) const override;

 private:
  Eigen::MatrixXd scaled_parts(const PoolRows& kept) const;
  void add_shared(const Eigen::MatrixXd& x, const PoolRows& kept, Kernels& kernels) const;
  void add_by_class(const Eigen::MatrixXd& x, const PoolRows& kept, Kernels& kernels) const;

  TermShares shares_;
  std::vector<std::int32_t> labels_;
  Eigen::Index n_rows_, n_labels_;
  // With the mean over labels taken away. A row of the pool has n_labels rows here, or columns of by-row matrices.
  Eigen::MatrixXd parts_;   // g  [n_rows * n_labels, n_components]
  Eigen::MatrixXd logits_;  // l  [n_labels, n_rows]
  Eigen::MatrixXd hidden_;  // inner products of hidden states  [n_rows, n_rows]
};

}  // namespace partwise::internal
