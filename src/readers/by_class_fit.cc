#include "readers/by_class_fit.h"

#include <cmath>
#include <optional>
#include <utility>
#include <vector>

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

  /// Tries the full step, half of it, a quarter ... Returns the first point that improves; nullopt if none does.
  std::optional<DualPoint> step_down(const DualPoint& from) const {
    const VectorXd delta = newton_step(from);
    for (double t = 1; t > 1e-10; t /= 2) {
      DualPoint to = at(from.a - t * delta);
      if (to.improves(from)) return to;
    }
    return {};
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

  const MatrixXd& kernel_;
  std::span<const double> offset_;
  std::span<const std::int32_t> labels_;
  std::span<const double> row_weights_;
};

}  // namespace

DualFit by_class_fit(const MatrixXd& kernel, std::span<const double> offset, std::span<const std::int32_t> labels,
                     std::span<const double> row_weights, std::span<const double> start) {
  const ByClassProblem problem(kernel, offset, labels, row_weights);
  DualPoint point = problem.at(first_dual(start, offset.size()));
  DualFit fit;
  for (; fit.steps < kMostNewtonSteps && point.miss() > kSmallestResidual; ++fit.steps) {
    std::optional<DualPoint> next = problem.step_down(point);
    if (!next) break;  // as low as double precision goes
    point = *std::move(next);
  }
  fit.objective = point.objective;
  const VectorXd a = point.a - point.residual / kRidge;
  fit.a.assign(a.begin(), a.end());
  return fit;
}

}  // namespace partwise::internal
