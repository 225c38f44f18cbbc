#include "readers/newton_cg.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

namespace partwise::internal {

namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;
using ByRow = Eigen::Map<const MatrixXd>;  // [n_labels, n_rows]

constexpr int kMostSteps = 100;        // 6 to 12 are usual
constexpr int kMaxIterations = 5000;   // per step
constexpr double kFirstForcing = 0.3;  // a step may leave this share of the residual; less near the optimum
constexpr double kFar = 0.1;           // above this residual, steps may be longer than Newton's
constexpr double kStuck = 0.02;        // a step makes no progress if it changes the residual by less than this share
constexpr Index kMaxRank = 512;        // of the factor that the preconditioner uses (ScoreKernel::factor)

/// A root L of the cross-entropy's Hessian: L_i L_i^T = weight_i (diag(p_i) - p_i p_i^T) for each row i. With
/// q = sqrt(p_i), L_i = sqrt(weight_i) (diag(q) - p_i q^T) R_i, where R_i is the reflection that takes the even vector
/// to -q. So L_i 1 = 0, and rows with similar p have similar roots. If p is even, the root is (I - 1 1^T / n_labels) /
/// sqrt(n_labels).
class HessianRoot {
 public:
  HessianRoot(MatrixXd p, const Eigen::RowVectorXd& weights)
      : p_(std::move(p)), q_(p_.cwiseSqrt()), root_weights_(weights.cwiseSqrt()) {
    w_ = q_.array() + 1 / std::sqrt(static_cast<double>(p_.rows()));
    factor_ = 2 * w_.colwise().squaredNorm().cwiseInverse();
  }

  VectorXd times(const VectorXd& u) const {
    MatrixXd v = reflected(as_rows(u));
    v.array() *= q_.array();  // diag(q) R u; its sums over labels follow
    const Eigen::RowVectorXd sums = v.colwise().sum();
    v -= p_ * sums.asDiagonal();
    return flat(v * root_weights_.asDiagonal());
  }

  VectorXd transposed_times(const VectorXd& u) const {
    const Eigen::RowVectorXd sums = p_.cwiseProduct(as_rows(u)).colwise().sum();
    MatrixXd v = as_rows(u);
    v.rowwise() -= sums;
    v.array() *= q_.array();
    return flat(reflected(v) * root_weights_.asDiagonal());
  }

  /// For each row i, the h_i for which h_i (I - 1 1^T / n_labels) has the same trace as the row's Hessian.  [n_rows]
  VectorXd mean_curvature() const {
    const auto n_contrasts = static_cast<double>(p_.rows() - 1);
    const auto traces = (1 - p_.colwise().squaredNorm().array()).max(0.0) * root_weights_.array().square();
    return (traces / n_contrasts).matrix().transpose();
  }

 private:
  ByRow as_rows(const VectorXd& u) const { return {u.data(), p_.rows(), p_.cols()}; }
  static VectorXd flat(const MatrixXd& v) { return Eigen::Map<const VectorXd>(v.data(), v.size()); }
  MatrixXd reflected(const MatrixXd& u) const {
    const Eigen::RowVectorXd along = w_.cwiseProduct(u).colwise().sum().cwiseProduct(factor_);
    return u - w_ * along.asDiagonal();
  }

  MatrixXd p_, q_, w_;               // [n_labels, n_rows]
  Eigen::RowVectorXd root_weights_;  // [n_rows]
  Eigen::RowVectorXd factor_;        // 2 / |w_i|^2  [n_rows]
};

/// The inverse of kRidge I + sqrt(h) B B^T sqrt(h), applied to each label separately. The matrix stands in for
/// kRidge I + L^T gram L, as if all labels of a row had the same curvature. With two labels they always have.
class Preconditioner {
 public:
  Preconditioner(const MatrixXd& factor, const VectorXd& curvature) : b_(curvature.cwiseSqrt().asDiagonal() * factor) {
    if (b_.cols() == 0) return;  // solve() then divides by kRidge
    MatrixXd inner = MatrixXd::Zero(b_.cols(), b_.cols());
    inner.selfadjointView<Eigen::Lower>().rankUpdate(b_.transpose());
    inner.diagonal().array() += kRidge;
    inner_.compute(inner);
    if (3 * b_.cols() < b_.rows()) return;
    const MatrixXd left = inner_.matrixL().solve(b_.transpose());
    inverse_ = MatrixXd::Identity(b_.rows(), b_.rows()) - left.transpose() * left;
  }

  VectorXd solve(const VectorXd& v) const {
    if (b_.cols() == 0) return v / kRidge;
    const Index n_rows = b_.rows();
    const ByRow in(v.data(), v.size() / n_rows, n_rows);
    MatrixXd out;
    if (inverse_.size() > 0) {
      out = in * inverse_;
    } else {
      const MatrixXd along = inner_.solve((in * b_).transpose());
      out = in - along.transpose() * b_.transpose();
    }
    return Eigen::Map<const VectorXd>(out.data(), v.size()) / kRidge;
  }

 private:
  MatrixXd b_;                  // sqrt(h) B  [n_rows, rank]
  Eigen::LLT<MatrixXd> inner_;  // kRidge I + B^T h B
  MatrixXd inverse_;            // kRidge times the whole inverse, if that is quicker; else empty  [n_rows, n_rows]
};

/// Reports how far a fit is, counted in digits of the residual.
class Meter {
 public:
  explicit Meter(const ProgressFn& progress) : progress_(progress) {}
  void tell(double miss) {
    if (!progress_) return;
    const double digits = std::log(std::max(miss, kSmallestMiss)) / std::log(kSmallestMiss);
    const double steps = std::clamp(digits, 0.0, 1.0) * static_cast<double>(kFitUnits - kPreparation);
    done_ = std::max(done_, kPreparation + static_cast<std::int64_t>(steps));
    progress_({kFitStage, done_, kFitUnits});
  }

 private:
  const ProgressFn& progress_;
  std::int64_t done_ = 0;
};

class IterativeFit {
 public:
  IterativeFit(const ScoreKernel& kernel, std::span<const double> offset, std::span<const std::int32_t> labels,
               std::span<const double> row_weights, const ProgressFn& progress)
      : kernel_(kernel),
        offset_(offset),
        labels_(labels),
        row_weights_(row_weights),
        weights_(Eigen::RowVectorXd::Ones(kernel.n_rows())),
        factor_(kernel.factor(kMaxRank)),
        meter_(progress) {
    if (!row_weights.empty()) weights_ = Eigen::Map<const Eigen::RowVectorXd>(row_weights.data(), kernel.n_rows());
  }

  DualPoint at(VectorXd a) const {
    VectorXd gram_a = kernel_.times(a);
    return dual_point(std::move(a), std::move(gram_a), offset_, labels_, row_weights_);
  }

  /// Tries the full step, half of it, a quarter ... and takes the first point that improves on `from`; nullopt if none
  /// does. Far from the optimum, a full step is doubled as long as the objective falls.
  std::optional<DualPoint> step_down(const DualPoint& from) {
    const VectorXd delta = newton_step(from), gram_delta = kernel_.times(delta);
    const auto along = [&](double t) {
      return dual_point(from.a - t * delta, from.gram_a - t * gram_delta, offset_, labels_, row_weights_);
    };
    double t = 1;
    DualPoint to = along(t);
    while (!to.improves(from) && t > 1e-10) to = along(t /= 2);
    if (!to.improves(from)) return {};
    const bool far = from.miss() > kFar;
    careful_ = far && (careful_ || std::abs(to.miss() - from.miss()) < kStuck * from.miss());
    for (DualPoint next; far && t >= 1 && (next = along(2 * t)).objective < to.objective; t *= 2) to = std::move(next);
    return at(std::move(to.a));
  }

  void tell(double miss) { meter_.tell(miss); }

 private:
  /// The label probabilities at which the Hessian is taken. They are p, or, after a step that made no progress, the
  /// mean of p and of onehot - kRidge a / weight = p - residual / weight. Both are the same at the optimum. Far from
  /// the optimum, a row's p can be so near to 0 and 1 that no curvature is left; steps would then go back and forth
  /// between both ends.
  MatrixXd curved_at(const DualPoint& from) const {
    MatrixXd q = ByRow(from.p.data(), kernel_.n_labels(), kernel_.n_rows());
    if (!careful_) return q;
    q -= ByRow(from.residual.data(), q.rows(), q.cols()) * (2 * weights_).cwiseInverse().asDiagonal();
    q = q.cwiseMax(0.0);
    q.array().rowwise() /= q.colwise().sum().array().eval();
    return q;
  }

  /// The delta that solves (kRidge I + H gram) delta = residual. It is (residual - L u) / kRidge, where u solves the
  /// symmetric system (kRidge I + L^T gram L) u = L^T gram residual. A residual rho of the system for u leaves a
  /// residual L rho / kRidge of the system for delta.
  VectorXd newton_step(const DualPoint& from) {
    const HessianRoot root(curved_at(from), weights_);
    const Preconditioner preconditioner(factor_, root.mean_curvature());
    const double wanted = std::min(kFirstForcing, from.miss()) * from.residual.norm();
    const double enough = kRidge * std::max(wanted, kSmallestMiss / 2);
    VectorXd rho = root.transposed_times(kernel_.times(from.residual));
    VectorXd u = VectorXd::Zero(rho.size()), z = preconditioner.solve(rho), d = z;
    double rho_z = rho.dot(z);
    for (int i = 0; i < kMaxIterations && rho.norm() > enough; ++i) {
      const VectorXd image = kRidge * d + root.transposed_times(kernel_.times(root.times(d)));
      const double alpha = rho_z / d.dot(image);
      u += alpha * d;
      rho -= alpha * image;
      z = preconditioner.solve(rho);
      const double next = rho.dot(z);
      d = z + next / rho_z * d;
      rho_z = next;
      meter_.tell(from.miss());
    }
    return (from.residual - root.times(u)) / kRidge;
  }

  const ScoreKernel& kernel_;
  std::span<const double> offset_;
  std::span<const std::int32_t> labels_;
  std::span<const double> row_weights_;
  Eigen::RowVectorXd weights_;  // row_weights_, or ones  [n_rows]
  MatrixXd factor_;
  Meter meter_;
  bool careful_ = false;
};

}  // namespace

DualFit newton_cg(const ScoreKernel& kernel, std::span<const double> offset, std::span<const std::int32_t> labels,
                  const ProgressFn& progress, const FitDetails& details) {
  IterativeFit problem(kernel, offset, labels, details.row_weights, progress);
  DualPoint point = problem.at(first_dual(details.start, offset.size()));
  DualFit fit;
  for (; fit.steps < kMostSteps && point.miss() > details.enough; ++fit.steps) {
    problem.tell(point.miss());
    std::optional<DualPoint> next = problem.step_down(point);
    if (!next) break;  // as low as double precision goes
    point = *std::move(next);
  }
  fit.objective = point.objective;
  fit.a.assign(point.a.begin(), point.a.end());
  return fit;
}

}  // namespace partwise::internal
