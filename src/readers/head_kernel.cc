#include "readers/head_kernel.h"

#include <algorithm>
#include <cmath>

#include "readers/balance.h"

namespace partwise::internal {

namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;
using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// Squared lengths that are differences of sums may come out a little below 0.
constexpr double kSmallestSquare = 1e-20;

/// The sum of the kept rows of each label, known by inner products.
class LabelSums {
 public:
  /// gram [n_rows, n_rows]; labels [n_rows]
  LabelSums(const MatrixXd& gram, const PoolRows& kept, std::span<const std::int32_t> labels, Index n_labels)
      : gram_(gram),
        labels_(labels),
        along_(MatrixXd::Zero(gram.rows(), n_labels)),
        squares_(VectorXd::Zero(n_labels)),
        counts_(static_cast<std::size_t>(n_labels)) {
    for (Index j : kept) {
      along_.col(labels[j]) += gram.col(j);
      ++counts_[static_cast<std::size_t>(labels[j])];
    }
    for (Index i : kept) squares_[labels[i]] += along_(i, labels[i]);
  }

  /// Of row i with the label's sum, which is without row i. 0 if nothing is left of the label.
  double cosine(Index i, Index y) const {
    const bool is_own = y == labels_[i];
    if (is_own && counts_[static_cast<std::size_t>(y)] == 1) return 0;
    const double own_square = gram_(i, i);
    const double product = along_(i, y) - (is_own ? own_square : 0);
    const double square = squares_[y] - (is_own ? 2 * along_(i, y) - own_square : 0);
    const double lengths = std::sqrt(std::max(own_square, 0.0) * std::max(square, kSmallestSquare));
    return lengths > 0 ? product / lengths : 0.0;
  }

 private:
  const MatrixXd& gram_;
  std::span<const std::int32_t> labels_;
  MatrixXd along_;           // of each row with each sum  [n_rows, n_labels]
  VectorXd squares_;         // of the sums' lengths  [n_labels]
  std::vector<int> counts_;  // [n_labels]
};

}  // namespace

HeadKernel::HeadKernel(const FitInput& input, const HeadOptions& options)
    : options_(options),
      labels_(input.pool.labels),
      n_labels_(input.parts.n_labels()),
      d_head_(static_cast<double>(input.parts.z.dim(3))) {
  const auto n_rows = std::ssize(input.pool.rows);
  const auto n_heads = static_cast<std::size_t>(input.parts.n_layers() * input.parts.n_heads());
  for (std::size_t h = 0; h < n_heads; ++h) {
    const std::vector<double> rows = head_outputs(input.parts, input.pool, h);
    const Eigen::Map<const RowMajor> z(rows.data(), n_rows, std::ssize(rows) / n_rows);
    grams_.emplace_back(z * z.transpose());
  }
  const std::vector<double> logits = centred_logits_of(input);
  logits_ = Eigen::Map<const MatrixXd>(logits.data(), n_labels_, n_rows);
}

/// m_ih of the kept rows.
std::vector<double> HeadKernel::margins(const MatrixXd& gram, const PoolRows& kept) const {
  const LabelSums sums(gram, kept, labels_, n_labels_);
  std::vector<double> margins;
  for (Index i : kept) {
    double all = 0;
    for (Index y = 0; y < n_labels_; ++y) all += sums.cosine(i, y);
    margins.push_back(sums.cosine(i, labels_[i]) - all / static_cast<double>(n_labels_));
  }
  return margins;
}

HeadStatistics HeadKernel::statistics(const MatrixXd& gram, const PoolRows& kept) const {
  const VectorXd weights = balanced_shares(labels_, kept, n_labels_), along = gram * weights;
  double square = static_cast<double>(kept.size()) * weights.dot(along);
  for (Index i : kept) square += gram(i, i) - 2 * along[i];
  const double rms = std::sqrt(std::max(square / (static_cast<double>(kept.size()) * d_head_), kSmallestSquare));
  return {rms, mean_and_deviation(margins(gram, kept))};
}

Kernels HeadKernel::on(const PoolRows& kept) const {
  std::vector<HeadStatistics> heads;
  for (const MatrixXd& gram : grams_) heads.push_back(statistics(gram, kept));
  const std::vector<double> scales = head_scales(heads, kept.size(), options_);
  Kernels kernels{{}, MatrixXd::Zero(logits_.cols(), logits_.cols()), {}};
  for (std::size_t h = 0; h < grams_.size(); ++h)
    if (scales[h] > 0) kernels.by_row += scales[h] * scales[h] * grams_[h];
  const VectorXd weights = balanced_shares(labels_, kept, n_labels_);
  kernels.by_row = centred_gram(kernels.by_row, weights);
  scale_by_row(kernels.by_row, kept, n_labels_, 1);
  const MatrixXd offset = options_.offset * (logits_.colwise() - logits_ * weights);
  kernels.offset.assign(offset.data(), offset.data() + offset.size());
  return kernels;
}

}  // namespace partwise::internal
