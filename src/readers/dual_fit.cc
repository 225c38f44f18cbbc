#include "readers/dual_fit.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "readers/newton.h"

namespace partwise::internal {

namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;

class Problem {
 public:
  Problem(const MatrixXd& gram, std::span<const double> offset, std::span<const std::int32_t> labels)
      : gram_(gram), offset_(offset), labels_(labels), n_labels_(offset.size() / labels.size()) {}

  DualPoint at(VectorXd a) const {
    VectorXd gram_a = gram_ * a;
    return dual_point(std::move(a), std::move(gram_a), offset_, labels_);
  }

  /// kRidge I + H gram, where H is the Hessian: block-diagonal with the blocks diag(p_i) - p_i p_i^T.
  MatrixXd jacobian(const DualPoint& point) const {
    MatrixXd j(gram_.rows(), gram_.cols());
    const auto n = static_cast<Eigen::Index>(n_labels_);
    for (Eigen::Index i = 0; i < gram_.rows(); i += n) {
      const Eigen::Map<const VectorXd> p(point.p.data() + i, n);
      const MatrixXd hessian = MatrixXd(p.asDiagonal()) - p * p.transpose();
      j.middleRows(i, n).noalias() = hessian * gram_.middleRows(i, n);
    }
    j.diagonal().array() += kRidge;
    return j;
  }

  VectorXd newton_step(const DualPoint& from) const { return jacobian(from).partialPivLu().solve(from.residual); }

 private:
  const MatrixXd& gram_;
  std::span<const double> offset_;
  std::span<const std::int32_t> labels_;
  std::size_t n_labels_;
};

/// `gram`, scaled so that the mean of its diagonal is `share`.
Term scaled(MatrixXd gram, double share) {
  const double size = gram.trace() / static_cast<double>(gram.rows());
  const double scale = size > 0 ? share / size : 0.0;
  return {gram * scale, scale};
}

/// Turns scores into their softmax, in place, and returns the label's cross-entropy, which is finite even if its
/// probability is 0.
double soften(std::span<double> f, std::int32_t label) {
  const double shift = *std::max_element(f.begin(), f.end()), own = f[static_cast<std::size_t>(label)] - shift;
  double sum = 0;
  for (double& value : f) sum += value = std::exp(value - shift);
  for (double& value : f) value /= sum;
  return std::log(sum) - own;
}

}  // namespace

DualPoint dual_point(VectorXd a, VectorXd gram_a, std::span<const double> offset, std::span<const std::int32_t> labels,
                     std::span<const double> row_weights) {
  DualPoint point;
  point.p.resize(offset.size());
  point.residual = kRidge * a;
  point.objective = kRidge / 2 * a.dot(gram_a);
  const std::size_t n_labels = offset.size() / labels.size();
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const std::span<double> p = std::span(point.p).subspan(i * n_labels, n_labels);
    for (std::size_t y = 0; y < n_labels; ++y)
      p[y] = offset[i * n_labels + y] + gram_a[static_cast<Eigen::Index>(i * n_labels + y)];
    const double weight = row_weights.empty() ? 1.0 : row_weights[i];
    point.objective += weight * soften(p, labels[i]);
    for (std::size_t y = 0; y < n_labels; ++y)
      point.residual[static_cast<Eigen::Index>(i * n_labels + y)] += weight * p[y];
    point.residual[static_cast<Eigen::Index>(i * n_labels) + labels[i]] -= weight;
  }
  point.a = std::move(a);
  point.gram_a = std::move(gram_a);
  return point;
}

VectorXd first_dual(std::span<const double> start, std::size_t n) {
  if (start.empty()) return VectorXd::Zero(static_cast<Eigen::Index>(n));
  return Eigen::Map<const VectorXd>(start.data(), std::ssize(start));
}

DualFit dual_fit(const MatrixXd& gram, std::span<const double> offset, std::span<const std::int32_t> labels,
                 std::span<const double> start) {
  return newton_fit(Problem(gram, offset, labels), first_dual(start, offset.size()));
}

Term shared_term(const MatrixXd& x, double share) { return scaled(x * x.transpose(), share); }

Term by_class_term(const MatrixXd& products, std::int64_t n_labels, double share) {
  MatrixXd sum_to_zero = MatrixXd::Identity(n_labels, n_labels);
  sum_to_zero.array() -= 1.0 / static_cast<double>(n_labels);
  MatrixXd gram(products.rows() * n_labels, products.cols() * n_labels);
  for (Eigen::Index i = 0; i < products.rows(); ++i)
    for (Eigen::Index j = 0; j < products.cols(); ++j)
      gram.block(i * n_labels, j * n_labels, n_labels, n_labels) = products(i, j) * sum_to_zero;
  return scaled(std::move(gram), share);
}

}  // namespace partwise::internal
