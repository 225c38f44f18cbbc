#include "readers/by_class_fit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "base/random.h"
#include "readers/newton_cg.h"

namespace partwise::internal {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using ::testing::DoubleNear;
using ::testing::Pointwise;
using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// A small problem: a kernel of random features, fewer than rows, and random offsets.
struct Problem {
  Index n_rows, n_labels;
  MatrixXd kernel;
  std::vector<double> offset;
  std::vector<std::int32_t> labels;

  Problem(Index rows, Index n) : n_rows(rows), n_labels(n), offset(static_cast<std::size_t>(rows * n)) {
    Random random(3);
    const auto draw = [&] { return static_cast<double>(random.below(2001)) / 1000 - 1; };
    const MatrixXd features = MatrixXd::NullaryExpr(rows, rows - 2, draw);
    kernel = features * features.transpose();
    for (double& value : offset) value = draw();
    for (Index i = 0; i < rows; ++i) labels.push_back(static_cast<std::int32_t>(random.below(n)));
  }

  /// K (x) (I - 1 1^T / n_labels)
  MatrixXd gram() const {
    MatrixXd gram(n_rows * n_labels, n_rows * n_labels);
    const auto n = static_cast<double>(n_labels);
    for (Index i = 0; i < gram.rows(); ++i)
      for (Index j = 0; j < gram.cols(); ++j)
        gram(i, j) = kernel(i / n_labels, j / n_labels) * ((i % n_labels == j % n_labels ? 1.0 : 0.0) - 1 / n);
    return gram;
  }

  RowMajor scores(const DualFit& fit) const {
    const Eigen::Map<const RowMajor> a(fit.a.data(), n_rows, n_labels), o(offset.data(), n_rows, n_labels);
    return o + kernel * a;
  }
};

std::vector<double> weights_of(const Problem& problem) {
  std::vector<double> weights;
  for (Index i = 0; i < problem.n_rows; ++i) weights.push_back(0.25 + static_cast<double>(i % 4));
  return weights;
}

TEST(ByClassFit, IsTheFitWithAllInnerProductsWrittenOut) {
  for (Index n_labels : {2, 3, 5}) {
    const Problem problem(12, n_labels);
    const DualFit fit = by_class_fit(problem.kernel, problem.offset, problem.labels);
    const DualFit plain = dual_fit(problem.gram(), problem.offset, problem.labels);
    EXPECT_THAT(fit.a, Pointwise(DoubleNear(1e-10), plain.a)) << n_labels;
    EXPECT_NEAR(fit.objective, plain.objective, 1e-10) << n_labels;
  }
}

TEST(ByClassFit, WeighsARowAsIfItWereThereSeveralTimes) {
  const Problem problem(8, 3);
  std::vector<double> weights, offset;
  std::vector<std::int32_t> labels;
  std::vector<Index> from;  // row i is there 1 + i % 3 times
  for (Index i = 0; i < 8; ++i) {
    weights.push_back(static_cast<double>(1 + i % 3));
    for (Index k = 0; k <= i % 3; ++k) {
      from.push_back(i);
      labels.push_back(problem.labels[i]);
      offset.insert(offset.end(), &problem.offset[i * 3], &problem.offset[i * 3] + 3);
    }
  }
  const DualFit fit = by_class_fit(problem.kernel, problem.offset, problem.labels, weights);
  const DualFit repeated = by_class_fit(problem.kernel(from, from), offset, labels);
  EXPECT_NEAR(fit.objective, repeated.objective, 1e-10);
  std::vector<double> summed(fit.a.size());
  for (std::size_t k = 0; k < from.size(); ++k)
    for (Index y = 0; y < 3; ++y) summed[from[k] * 3 + y] += repeated.a[k * 3 + y];
  EXPECT_THAT(fit.a, Pointwise(DoubleNear(1e-10), summed));
}

// At the optimum, kRidge a = weight (onehot - p).
TEST(ByClassFit, EndsAtTheOptimum) {
  Problem problem(20, 4);
  problem.kernel *= 1000;  // nearly no ridge
  const std::vector<double> weights = weights_of(problem);
  const DualFit fit = by_class_fit(problem.kernel, problem.offset, problem.labels, weights);
  const RowMajor f = problem.scores(fit);
  for (Index i = 0; i < 20; ++i) {
    const Eigen::RowVectorXd e = (f.row(i).array() - f.row(i).maxCoeff()).exp(), p = e / e.sum();
    for (Index y = 0; y < 4; ++y) {
      const double wanted = weights[i] * ((y == problem.labels[i] ? 1.0 : 0.0) - p[y]);
      EXPECT_NEAR(kRidge * fit.a[i * 4 + y], wanted, 1e-10) << i;
    }
  }
}

TEST(ByClassFit, FindsTheSameFromWhereverItStarts) {
  const Problem problem(15, 3);
  const std::vector<double> weights = weights_of(problem);
  const DualFit fit = by_class_fit(problem.kernel, problem.offset, problem.labels, weights);
  const MatrixXd other_kernel = 3 * problem.kernel;
  const DualFit other = by_class_fit(other_kernel, problem.offset, problem.labels, weights);
  const DualFit again = by_class_fit(problem.kernel, problem.offset, problem.labels, weights, other.a);
  EXPECT_THAT(again.a, Pointwise(DoubleNear(1e-10), fit.a));
  EXPECT_EQ(by_class_fit(problem.kernel, problem.offset, problem.labels, weights, fit.a).steps, 0);
}

TEST(ByClassFit, IsFarFromNoRowWithoutAKernel) {
  const Problem problem(6, 3);
  const DualFit fit = by_class_fit(MatrixXd::Zero(6, 6), problem.offset, problem.labels);
  EXPECT_EQ(problem.n_rows * 3, std::ssize(fit.a));
  for (double value : fit.a) EXPECT_TRUE(std::isfinite(value));
}

TEST(NewtonCg, FindsTheSameWithRowWeights) {
  for (Index n_labels : {2, 5}) {
    const Problem problem(40, n_labels);
    const std::vector<double> weights = weights_of(problem);
    const DualFit plain = by_class_fit(problem.kernel, problem.offset, problem.labels, weights);
    const ScoreKernel kernel(problem.kernel, n_labels);
    const DualFit fit = newton_cg(kernel, problem.offset, problem.labels, {}, {.row_weights = weights});
    EXPECT_THAT(fit.a, Pointwise(DoubleNear(1e-8), plain.a)) << n_labels;
    const FitDetails rough{.row_weights = weights, .start = {}, .enough = 1e-3};
    EXPECT_LT(newton_cg(kernel, problem.offset, problem.labels, {}, rough).steps, fit.steps);
    const FitDetails warm{.row_weights = weights, .start = fit.a, .enough = 1e-10};
    EXPECT_EQ(newton_cg(kernel, problem.offset, problem.labels, {}, warm).steps, 0);
  }
}

}  // namespace
}  // namespace partwise::internal
