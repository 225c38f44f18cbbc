#include "readers/part_kernel.h"

#include <cmath>

#include "readers/balance.h"

namespace partwise::internal {

namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

MatrixXd hidden_products(const FitInput& input) {
  const Index n_rows = std::ssize(input.pool.rows);
  MatrixXd hidden(n_rows, input.parts.hidden.dim(1));
  for (Index i = 0; i < n_rows; ++i) {
    const std::span<const float> own = hidden_of(input.parts, input.pool.rows[static_cast<std::size_t>(i)], 0);
    for (Index j = 0; j < hidden.cols(); ++j) hidden(i, j) = own[static_cast<std::size_t>(j)];
  }
  return hidden * hidden.transpose();
}

/// The same number for each label of a row.
VectorXd repeated(const VectorXd& by_row, Index n_labels) {
  VectorXd all(by_row.size() * n_labels);
  for (Index k = 0; k < all.size(); ++k) all[k] = by_row[k / n_labels];
  return all;
}

/// The rows of one label.  x [n_rows * n_labels, n_components]; out [n_rows, n_components]
MatrixXd of_label(const MatrixXd& x, Index y, Index n_labels) {
  return x(Eigen::seqN(y, x.rows() / n_labels, n_labels), Eigen::all);
}

}  // namespace

PartKernel::PartKernel(const FitInput& input, const TermShares& shares)
    : shares_(shares),
      labels_(input.pool.labels),
      n_rows_(std::ssize(input.pool.rows)),
      n_labels_(input.parts.n_labels()),
      parts_(n_rows_ * n_labels_, input.parts.n_components()),
      logits_(n_labels_, n_rows_) {
  const std::vector<double> zero(static_cast<std::size_t>(n_labels_));
  for (Index i = 0; i < n_rows_; ++i) {
    const std::int64_t row = input.pool.rows[static_cast<std::size_t>(i)];
    const auto put = [&](const float* values, auto&& out) {
      const std::vector<double> own = centred(values, zero);
      out = Eigen::Map<const VectorXd>(own.data(), n_labels_);
    };
    put(&input.parts.logits(row, 0), logits_.col(i));
    for (Index c = 0; c < parts_.cols(); ++c)
      put(component_logits(input.parts, row, c), parts_.col(c).segment(i * n_labels_, n_labels_));
  }
  if (shares_.by_row > 0) hidden_ = hidden_products(input);
}

/// x_ic[y] / s_c  [n_rows * n_labels, n_components]
MatrixXd PartKernel::scaled_parts(const PoolRows& kept) const {
  const VectorXd weights = balanced_shares(labels_, kept, n_labels_);
  MatrixXd x = parts_;
  for (Index y = 0; y < n_labels_; ++y) {
    const Eigen::RowVectorXd means = weights.transpose() * of_label(x, y, n_labels_);
    for (Index i = 0; i < n_rows_; ++i) x.row(i * n_labels_ + y) -= means;
  }
  const VectorXd is_kept = repeated(weights.array().sign().matrix(), n_labels_);
  const Eigen::RowVectorXd squares = is_kept.transpose() * x.cwiseAbs2();
  std::vector<double> sizes;
  for (double square : squares) sizes.push_back(std::sqrt(square / static_cast<double>(kept.size() * n_labels_)));
  const std::vector<double> inverse = inverse_scales(sizes);
  return x * Eigen::Map<const VectorXd>(inverse.data(), x.cols()).asDiagonal();
}

/// With two labels, x_i[1] = -x_i[0], and the term has the form of the others.
void PartKernel::add_shared(const MatrixXd& x, const PoolRows& kept, Kernels& kernels) const {
  if (n_labels_ == 2) {
    const MatrixXd first = of_label(x, 0, n_labels_);
    MatrixXd gram = first * first.transpose();
    scale_by_row(gram, kept, n_labels_, shares_.shared);
    kernels.by_row += gram;
    return;
  }
  kernels.by_score = x * x.transpose();
  const VectorXd is_kept = repeated(balanced_shares(labels_, kept, n_labels_).array().sign().matrix(), n_labels_);
  const double size = is_kept.dot(kernels.by_score.diagonal()) / static_cast<double>(kept.size() * n_labels_);
  kernels.by_score *= size > 0 ? shares_.shared / size : 0.0;
}

void PartKernel::add_by_class(const MatrixXd& x, const PoolRows& kept, Kernels& kernels) const {
  MatrixXd gram = MatrixXd::Zero(n_rows_, n_rows_);
  for (Index y = 0; y < n_labels_; ++y) {
    const MatrixXd own = of_label(x, y, n_labels_);
    gram += own * own.transpose();
  }
  scale_by_row(gram, kept, n_labels_, shares_.by_class);
  kernels.by_row += gram;
}

Kernels PartKernel::on(const PoolRows& kept) const {
  Kernels kernels{{}, MatrixXd::Zero(n_rows_, n_rows_), {}};
  const VectorXd weights = balanced_shares(labels_, kept, n_labels_);
  const MatrixXd offset = logits_.colwise() - logits_ * weights;
  kernels.offset.assign(offset.data(), offset.data() + offset.size());
  if (shares_.shared > 0 || shares_.by_class > 0) {
    const MatrixXd x = scaled_parts(kept);
    if (shares_.shared > 0) add_shared(x, kept, kernels);
    if (shares_.by_class > 0) add_by_class(x, kept, kernels);
  }
  if (shares_.by_row > 0) {
    MatrixXd gram = centred_gram(hidden_, weights);
    scale_by_row(gram, kept, n_labels_, shares_.by_row);
    kernels.by_row += gram;
  }
  return kernels;
}

}  // namespace partwise::internal
