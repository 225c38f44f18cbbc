#include "readers/by_class_fit.h"

#include <cmath>
#include <utility>
#include <vector>

#include "readers/newton.h"

namespace partwise::internal {

namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;
using ByRow = Eigen::Map<const MatrixXd>;  // [n_labels, n_rows]

VectorXd flat(const MatrixXd& x) { return Eigen::Map<const VectorXd>(x.data(), x.size()); }

class ByClassProblem {
 public:
  ByClassProblem(const MatrixXd& kernel, std::span<const double> offset, std::span<const std::int32_t> labels,
                 std::span<const double> row_weights)
      : kernel_(kernel), offset_(offset), labels_(labels), row_weights_(row_weights) {}

  DualPoint at(VectorXd a) const {
    const MatrixXd kernel_a = rows(a) * kernel_;
    VectorXd gram_a = flat(kernel_a.rowwise() - kernel_a.colwise().mean());
    return dual_point(std::move(a), std::move(gram_a), offset_, labels_, row_weights_);
  }

  /// The delta that solves (kRidge I + H gram) delta = residual. With K' = K / kRidge and E the blocks E_y, it is
  /// (residual - (E - E R (R^T E R)^-1 R^T E) K' residual) / kRidge, where R sums over labels.
  VectorXd newton_step(const DualPoint& from) const {
    const Index n_labels = from.a.size() / kernel_.rows();
    const MatrixXd image = rows(from.residual) * kernel_ / kRidge;  // [n_labels, n_rows]
    std::vector<MatrixXd> e;
    MatrixXd sum = MatrixXd::Zero(kernel_.rows(), kernel_.rows());
    MatrixXd along(n_labels, kernel_.rows());
    for (Index y = 0; y < n_labels; ++y) {
      sum += e.emplace_back(curvature(from, y));
      along.row(y) = image.row(y) * e.back();
    }
    const VectorXd shared = sum.llt().solve(along.colwise().sum().transpose());
    MatrixXd delta = rows(from.residual) - along;
    for (Index y = 0; y < n_labels; ++y) delta.row(y) += (e[static_cast<std::size_t>(y)] * shared).transpose();
    return flat(delta) / kRidge;
  }

 private:
  ByRow rows(const VectorXd& a) const { return {a.data(), a.size() / kernel_.rows(), kernel_.rows()}; }

  /// E_y = sqrt(D) (I + sqrt(D) K sqrt(D) / kRidge)^-1 sqrt(D), where D is diagonal with weight_i p_i[y].
  MatrixXd curvature(const DualPoint& from, Index y) const {
    VectorXd root = ByRow(from.p.data(), from.a.size() / kernel_.rows(), kernel_.rows()).row(y).transpose();
    for (Index i = 0; i < root.size(); ++i)
      root[i] = std::sqrt(root[i] * (row_weights_.empty() ? 1.0 : row_weights_[static_cast<std::size_t>(i)]));
    MatrixXd inner = root.asDiagonal() * kernel_ * root.asDiagonal() / kRidge;
    inner.diagonal().array() += 1;
    return inner.llt().solve(MatrixXd(root.asDiagonal())).transpose() * root.asDiagonal();
  }

  const MatrixXd& kernel_;
  std::span<const double> offset_;
  std::span<const std::int32_t> labels_;
  std::span<const double> row_weights_;
};

}  // namespace

DualFit by_class_fit(const MatrixXd& kernel, std::span<const double> offset, std::span<const std::int32_t> labels,
                     std::span<const double> row_weights, std::span<const double> start) {
  return newton_fit(ByClassProblem(kernel, offset, labels, row_weights), first_dual(start, offset.size()));
}

}  // namespace partwise::internal
