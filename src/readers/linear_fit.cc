#include "readers/linear_fit.h"

#include "readers/by_class_fit.h"
#include "readers/newton_cg.h"
#include "readers/score_kernel.h"

namespace partwise::internal {

namespace {

using Eigen::Index;
using Eigen::MatrixXd;

/// products[i, j] = sum over y and features of x[(i, y), :] x[(j, y), :].  x [n_rows * n_labels, n_features]
MatrixXd row_products(const MatrixXd& x, Index n_labels) {
  const MatrixXd all = x * x.transpose();
  MatrixXd products(x.rows() / n_labels, x.rows() / n_labels);
  for (Index i = 0; i < products.rows(); ++i)
    for (Index j = 0; j < products.cols(); ++j)
      products(i, j) = all.block(i * n_labels, j * n_labels, n_labels, n_labels).trace();
  return products;
}

/// `products`, scaled as by_class_term scales the gram that is made of them.
double scale_products(MatrixXd& products, Index n_labels, double share) {
  const double size = products.trace() / static_cast<double>(products.rows()) * (1 - 1 / static_cast<double>(n_labels));
  const double scale = size > 0 ? share / size : 0.0;
  products *= scale;
  return scale;
}

/// Scores without the term of shared weights have one kernel for all labels.
LinearFit fit_by_class(const LinearScores& scores, std::span<const double> offset,
                       std::span<const std::int32_t> labels) {
  LinearFit fit;
  MatrixXd kernel = MatrixXd::Zero(scores.n_rows, scores.n_rows);
  if (scores.shares.by_class > 0) {
    MatrixXd products = row_products(scores.x, scores.n_labels);
    fit.scale.by_class = scale_products(products, scores.n_labels, scores.shares.by_class);
    kernel += products;
  }
  if (scores.shares.by_row > 0) {
    MatrixXd products = scores.rows * scores.rows.transpose();
    fit.scale.by_row = scale_products(products, scores.n_labels, scores.shares.by_row);
    kernel += products;
  }
  fit.dual = by_class_fit(kernel, offset, labels);
  return fit;
}

}  // namespace

LinearFit fit_linear_densely(const LinearScores& scores, std::span<const double> offset,
                             std::span<const std::int32_t> labels) {
  const TermShares& shares = scores.shares;
  if (shares.shared == 0) return fit_by_class(scores, offset, labels);
  LinearFit fit;
  MatrixXd gram = MatrixXd::Zero(std::ssize(offset), std::ssize(offset));
  const auto add = [&](const Term& term, double& scale) {
    gram += term.gram;
    scale = term.scale;
  };
  if (shares.shared > 0) add(shared_term(scores.x, shares.shared), fit.scale.shared);
  if (shares.by_class > 0) {
    const MatrixXd products = row_products(scores.x, scores.n_labels);
    add(by_class_term(products, scores.n_labels, shares.by_class), fit.scale.by_class);
  }
  if (shares.by_row > 0) {
    const MatrixXd products = scores.rows * scores.rows.transpose();
    add(by_class_term(products, scores.n_labels, shares.by_row), fit.scale.by_row);
  }
  fit.dual = dual_fit(gram, offset, labels);
  return fit;
}

LinearFit fit_linear_iteratively(const LinearScores& scores, std::span<const double> offset,
                                 std::span<const std::int32_t> labels, const ProgressFn& progress) {
  const ScoreKernel kernel(scores, progress);
  return {newton_cg(kernel, offset, labels, progress), kernel.scales()};
}

LinearFit fit_linear(const LinearScores& scores, std::span<const double> offset, std::span<const std::int32_t> labels,
                     const ProgressFn& progress) {
  return scores.n_rows * scores.n_labels <= kDenseScores ? fit_linear_densely(scores, offset, labels)
                                                         : fit_linear_iteratively(scores, offset, labels, progress);
}

}  // namespace partwise::internal
