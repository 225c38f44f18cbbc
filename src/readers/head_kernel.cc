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

/// m_ih of the kept rows, from the inner products of rows with the sums of each label's rows.
std::vector<double> HeadKernel::margins(const MatrixXd& gram, const PoolRows& kept) const {
  MatrixXd along = MatrixXd::Zero(gram.rows(), n_labels_);  // of each row with each label's sum
  std::vector<int> counts(static_cast<std::size_t>(n_labels_));
  for (Index j : kept) {
    along.col(labels_[j]) += gram.col(j);
    ++counts[static_cast<std::size_t>(labels_[j])];
  }
  VectorXd squares = VectorXd::Zero(n_labels_);  // of the sums' lengths
  for (Index i : kept) squares[labels_[i]] += along(i, labels_[i]);
  std::vector<double> margins;
  for (Index i : kept) {
    const double own_square = gram(i, i);
    double own = 0, all = 0;
    for (Index y = 0; y < n_labels_; ++y) {
      const bool is_own = y == labels_[i];
      if (is_own && counts[static_cast<std::size_t>(y)] == 1) continue;  // nothing is left: its cosine is 0
      const double product = along(i, y) - (is_own ? own_square : 0);
      const double square = squares[y] - (is_own ? 2 * along(i, y) - own_square : 0);
      const double lengths = std::sqrt(std::max(own_square, 0.0) * std::max(square, kSmallestSquare));
      const double c = lengths > 0 ? product / lengths : 0.0;
      all += c;
      if (is_own) own = c;
    }
    margins.push_back(own - all / static_cast<double>(n_labels_));
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
