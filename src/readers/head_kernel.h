// The kernel of HeadVectors (readers/head_vectors.h).
#pragma once

#include <vector>

#include "readers/head_vectors.h"
#include "readers/pool_kernel.h"

namespace partwise::internal {

/// What HeadVectors with these options is fitted with. The plain reference is HeadVectors::fit on the kept rows.
class HeadKernel : public PoolKernel {
 public:
  HeadKernel(const FitInput& input, const HeadOptions& options);
  Kernels on(const PoolRows& kept) const override;

 private:
  HeadStatistics statistics(const Eigen::MatrixXd& gram, const PoolRows& kept) const;
  std::vector<double> margins(const Eigen::MatrixXd& gram, const PoolRows& kept) const;

  HeadOptions options_;
  std::vector<std::int32_t> labels_;
  std::int64_t n_labels_;
  double d_head_;
  std::vector<Eigen::MatrixXd> grams_;  // inner products of each head's vectors  [n_rows, n_rows]
  Eigen::MatrixXd logits_;              // minus their mean over labels  [n_labels, n_rows]
};

}  // namespace partwise::internal
