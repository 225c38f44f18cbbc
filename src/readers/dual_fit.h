// The convex fit that reweight and its relatives share, in its dual form: cross-entropy of linear scores with a ridge.
// This version writes out every inner product. readers/newton_cg.h has a version for many rows or labels, and
// readers/linear_fit.h chooses between the two.
#pragma once

#include <Eigen/Dense>
#include <cstdint>
#include <span>
#include <vector>

namespace partwise::internal {

/// The strength of the ridge. It is fixed: nothing is tuned.
inline constexpr double kRidge = 0.1;

inline constexpr int kMostNewtonSteps = 100;        // 6 to 10 are usual
inline constexpr double kSmallestResidual = 1e-13;  // a fit ends at this DualPoint::miss()

struct DualFit {
  std::vector<double> a;  // (onehot - p) / kRidge  [n_rows, n_labels]; its rows sum to 0
  double objective = 0;
  std::int64_t steps = 0;
};

/// The state of a fit at one `a`.
struct DualPoint {
  Eigen::VectorXd a, gram_a, residual;  // residual = kRidge a - weight (onehot - p)  [n_rows * n_labels]
  std::vector<double> p;                // softmax f, f = offset + gram a  [n_rows, n_labels]
  double objective = 0;                 // sum_i weight_i CE(labels_i, softmax f_i) + kRidge / 2 a^T gram a

  double miss() const { return residual.lpNorm<Eigen::Infinity>(); }
  /// Whether this point is nearer to the optimum than `other`. Near the optimum, the objective no longer changes in
  /// double precision, but the residual still falls.
  bool improves(const DualPoint& other) const { return objective < other.objective || miss() < other.miss() / 2; }
};
/// row_weights [n_rows]; empty: all are 1
DualPoint dual_point(Eigen::VectorXd a, Eigen::VectorXd gram_a, std::span<const double> offset,
                     std::span<const std::int32_t> labels, std::span<const double> row_weights = {});

/// Minimises  sum_i CE(labels_i, softmax f_i) + kRidge / 2 |theta|^2  over theta, where f = offset + Phi theta and
/// gram = Phi Phi^T. The objective is strictly convex in f, so the answer is unique: theta = Phi^T a. The method is
/// Newton's, on the dual variables a; their number does not depend on the number of features. Each step solves
/// (kRidge I + H gram) delta = onehot - p - kRidge a, where H is the Hessian of the cross-entropy, and is halved until
/// the point improves. Time is cubic in n_rows * n_labels, memory quadratic.
/// `start` is the `a` at which Newton's method begins; empty: 0.
/// offset, start [n_rows, n_labels]; gram [n_rows * n_labels, n_rows * n_labels]
DualFit dual_fit(const Eigen::MatrixXd& gram, std::span<const double> offset, std::span<const std::int32_t> labels,
                 std::span<const double> start = {});
/// start as a vector; zeros of length `n` if it is empty.
Eigen::VectorXd first_dual(std::span<const double> start, std::size_t n);

/// One term of the scores, phi theta, as the fit sees it. Its Gram matrix is scaled so that the term has `share` of the
/// prior's variance, on average over rows and labels.
struct Term {
  Eigen::MatrixXd gram;  // [n_rows * n_labels, n_rows * n_labels]
  double scale = 0;      // theta = scale * Phi^T a; 0 if all features are 0
};

/// A term whose weights all labels share: features x_i[y].  x [n_rows * n_labels, n_features]
Term shared_term(const Eigen::MatrixXd& x, double share);

/// A term in which each label has its own weights, which sum to 0 over labels. The features x_i are the same for every
/// label; `products` are their inner products.  products [n_rows, n_rows]
Term by_class_term(const Eigen::MatrixXd& products, std::int64_t n_labels, double share);

}  // namespace partwise::internal
