// Compares the two ways to fit linear scores, and checks the conditions of the optimum.
#include "readers/linear_fit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/error.h"
#include "base/random.h"
#include "readers/fits.h"
#include "readers/reader.h"
#include "support/runs.h"

namespace partwise::internal {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

/// Random features that sum to 0 over labels. Their sizes fall from 1 to 1 / n_components, and the first one shows the
/// label. Labels come in turn.
struct Problem {
  LinearScores scores;
  std::vector<double> offset;
  std::vector<std::int32_t> labels;

  Problem(const TermShares& shares, Index n_rows, Index n_labels, Index n_components, Index width, double logits = 1) {
    Random random(7);
    const auto draw = [&] { return 2 * random.uniform() - 1; };
    scores = {shares, n_rows, n_labels, MatrixXd(n_rows * n_labels, n_components), MatrixXd(n_rows, width)};
    for (Index i = 0; i < n_rows; ++i) labels.push_back(static_cast<std::int32_t>(i % n_labels));
    for (Index c = 0; c < n_components; ++c) {
      for (Index i = 0; i < n_rows; ++i) {
        auto own = scores.x.col(c).segment(i * n_labels, n_labels);
        for (double& value : own) value = draw() / static_cast<double>(c + 1);
        if (c == 0) own[labels[i]] += 1;
        own.array() -= own.mean();
      }
    }
    for (double& value : scores.rows.reshaped()) value = draw();
    for (Index k = 0; k < n_rows * n_labels; ++k) offset.push_back(logits * draw());
  }

  /// The scores f of a fit: computes its weights from the dual variables a, then f from the weights.
  std::vector<double> scores_of(const LinearFit& fit) const {
    const Index n_rows = scores.n_rows, n = scores.n_labels, n_components = scores.x.cols();
    const auto a = [&](Index i, Index y) { return fit.dual.a[i * n + y]; };
    const auto x = [&](Index c, Index i, Index y) { return scores.x(i * n + y, c); };
    std::vector<double> f = offset;
    for (Index c = 0; c < n_components && scores.shares.shared + scores.shares.by_class > 0; ++c) {
      double w = 0;
      MatrixXd v = MatrixXd::Zero(n, n);  // [y, z]
      for (Index i = 0; i < n_rows; ++i)
        for (Index y = 0; y < n; ++y) {
          w += fit.scale.shared * a(i, y) * x(c, i, y);
          for (Index z = 0; z < n; ++z) v(y, z) += fit.scale.by_class * a(i, y) * x(c, i, z);
        }
      for (Index i = 0; i < n_rows; ++i)
        for (Index y = 0; y < n; ++y) {
          f[i * n + y] += w * x(c, i, y);
          for (Index z = 0; z < n; ++z) f[i * n + y] += v(y, z) * x(c, i, z);
        }
    }
    MatrixXd w = MatrixXd::Zero(n, scores.rows.cols());
    for (Index i = 0; i < n_rows; ++i)
      for (Index y = 0; y < n; ++y) w.row(y) += fit.scale.by_row * a(i, y) * scores.rows.row(i);
    for (Index i = 0; i < n_rows; ++i)
      for (Index y = 0; y < n; ++y) f[i * n + y] += w.row(y).dot(scores.rows.row(i));
    return f;
  }

  /// The largest |onehot - softmax f - kRidge a|. It is 0 at the optimum and nowhere else.
  double optimality(const LinearFit& fit) const {
    std::vector<double> f = scores_of(fit);
    const auto n = static_cast<std::size_t>(scores.n_labels);
    double worst = 0;
    for (std::size_t i = 0; i < labels.size(); ++i) {
      softmax(std::span(f).subspan(i * n, n));
      for (std::size_t y = 0; y < n; ++y) {
        const double truth = static_cast<std::int32_t>(y) == labels[i] ? 1 : 0;
        worst = std::max(worst, std::abs(truth - f[i * n + y] - kRidge * fit.dual.a[i * n + y]));
      }
    }
    return worst;
  }

  LinearFit dense() const { return fit_linear_densely(scores, offset, labels); }
  LinearFit iterative() const { return fit_linear_iteratively(scores, offset, labels); }
};

void expect_same(const Problem& problem) {
  const LinearFit dense = problem.dense(), iterative = problem.iterative();
  const std::vector<double> of_dense = problem.scores_of(dense), of_iterative = problem.scores_of(iterative);
  for (std::size_t k = 0; k < of_dense.size(); ++k) ASSERT_NEAR(of_iterative[k], of_dense[k], 1e-8) << k;
  EXPECT_NEAR(iterative.dual.objective, dense.dual.objective, 1e-9);
  EXPECT_NEAR(iterative.scale.shared, dense.scale.shared, 1e-12 * dense.scale.shared);
  EXPECT_NEAR(iterative.scale.by_class, dense.scale.by_class, 1e-12 * dense.scale.by_class);
  EXPECT_NEAR(iterative.scale.by_row, dense.scale.by_row, 1e-12 * dense.scale.by_row);
  EXPECT_LT(problem.optimality(iterative), 1e-10);
  EXPECT_LT(problem.optimality(dense), 1e-10);
}

constexpr TermShares kReweight = {.shared = 0.5, .by_class = 0.5},
                     kHidden = {.shared = 0.35, .by_class = 0.35, .by_row = 0.3};

TEST(LinearFit, BothWaysFindTheSameOptimum) {
  expect_same(Problem(kReweight, 12, 5, 7, 0));      // fewer rows than features
  expect_same(Problem(kReweight, 40, 3, 4, 0));      // more
  expect_same(Problem(kReweight, 40, 2, 9, 0));      // with two labels the two terms are the same
  expect_same(Problem({.shared = 1}, 30, 4, 6, 0));  // only one term
  expect_same(Problem({.by_class = 1}, 30, 4, 6, 0));
  expect_same(Problem({.by_row = 1}, 30, 4, 0, 5));
  expect_same(Problem(kHidden, 24, 3, 5, 40));
  expect_same(Problem(kHidden, 50, 3, 5, 8));
  expect_same(Problem({.shared = 1, .by_row = 1}, 20, 6, 1, 1));
}

TEST(LinearFit, BothWaysFindTheSameOptimumFromAnswersThatAreSurelyWrong) {
  expect_same(Problem(kReweight, 24, 5, 30, 0, 40));  // offsets up to 40: probabilities of 0 and 1 to start from
  expect_same(Problem(kReweight, 60, 2, 30, 0, 40));
  expect_same(Problem({.shared = 1}, 24, 5, 30, 0, 40));
}

TEST(LinearFit, ScoresWithoutAnyFeatureAreTheOffset) {
  Problem problem(kReweight, 6, 3, 2, 0);
  problem.scores.x.setZero();
  const LinearFit fit = problem.iterative();
  EXPECT_EQ(fit.scale.shared, 0);
  EXPECT_EQ(problem.scores_of(fit), problem.offset);
  EXPECT_LT(problem.optimality(fit), 1e-12);
}

TEST(LinearFit, ManyRowsOrManyLabelsReachTheOptimum) {
  for (const Problem& problem : {Problem(kReweight, 1500, 2, 40, 0), Problem(kReweight, 60, 30, 20, 0),
                                 Problem(kHidden, 400, 6, 10, 20), Problem(kReweight, 60, 30, 20, 0, 40)}) {
    const LinearFit fit = fit_linear(problem.scores, problem.offset, problem.labels);
    EXPECT_LT(problem.optimality(fit), 1e-9) << problem.scores.n_rows;
  }
}

TEST(LinearFit, ChoosesByTheNumberOfScores) {
  const Problem few(kReweight, 40, 4, 6, 0), many(kReweight, 161, 4, 6, 0);
  EXPECT_EQ(fit_linear(few.scores, few.offset, few.labels).dual.a, few.dense().dual.a);
  EXPECT_EQ(fit_linear(many.scores, many.offset, many.labels).dual.a, many.iterative().dual.a);
}

TEST(LinearFit, SaysHowFarItIsAndCanBeStopped) {
  const Problem problem(kReweight, 60, 30, 20, 0);
  std::vector<std::int64_t> done;
  fit_linear(problem.scores, problem.offset, problem.labels, [&](const Progress& progress) {
    EXPECT_LE(progress.done, progress.total);
    if (progress.total > 1) done.push_back(progress.done);
  });
  ASSERT_GT(done.size(), 10u);
  EXPECT_TRUE(std::is_sorted(done.begin(), done.end()));
  EXPECT_GT(done.back(), done.front());
  const ProgressFn stop = [](const Progress&) { throw Error(ErrorCode::interrupted, "stop"); };
  EXPECT_THROW(fit_linear(problem.scores, problem.offset, problem.labels, stop), Error);
}

/// Too many scores for the dense fit.
class ManyScores : public ::testing::TestWithParam<const char*> {
 protected:
  internal::Run run = test::make_run(120, 3, 2, 7);

  ManyScores() {
    test::add_hidden_states(run);
    test::add_split(run, 100);
  }

  std::vector<double> scores_of(const Reader& reader, const internal::Run& other, std::int64_t example) const {
    std::vector<double> out(7);
    reader.scores(other.parts, example, out);
    return out;
  }
  std::unique_ptr<Reader> fitted(const internal::Run& other) const {
    auto reader = make_reader(GetParam());
    reader->fit(other.parts, other.labels, fit_rows(other));
    return reader;
  }
};

TEST_P(ManyScores, HaveTheSameBitsWhateverTheOrderOfTheRunsRows) {
  std::vector<std::int64_t> order(120);
  std::iota(order.begin(), order.end(), 0);
  std::rotate(order.begin(), order.begin() + 37, order.end());
  EXPECT_EQ(fitted(select_rows(run, order))->save().dump(), fitted(run)->save().dump());
}

/// The same run with the labels in another order.
internal::Run relabelled(const internal::Run& run, const std::vector<std::int64_t>& from) {
  internal::Run out = run;
  const auto n = static_cast<std::int64_t>(from.size());
  const auto permute = [&](Array<float>& to, const Array<float>& of) {
    for (std::int64_t k = 0; k < to.size(); ++k) to.data()[k] = of.data()[k / n * n + from[k % n]];
  };
  permute(out.parts.heads, run.parts.heads);
  permute(out.parts.mlps, run.parts.mlps);
  permute(out.parts.logits, run.parts.logits);
  for (std::int32_t& label : out.labels)
    if (label >= 0) label = static_cast<std::int32_t>(std::find(from.begin(), from.end(), label) - from.begin());
  return out;
}

TEST_P(ManyScores, MoveWithTheirLabels) {
  const std::vector<std::int64_t> from = {3, 0, 6, 1, 5, 2, 4};
  const internal::Run other = relabelled(run, from);
  const auto reader = fitted(run), moved = fitted(other);
  for (std::int64_t i = 100; i < 114; ++i) {
    const std::vector<double> want = scores_of(*reader, run, i), got = scores_of(*moved, other, i);
    for (std::size_t y = 0; y < 7; ++y) EXPECT_NEAR(got[y], want[from[y]], 1e-8) << i;
  }
}

INSTANTIATE_TEST_SUITE_P(Readers, ManyScores,
                         ::testing::Values("reweight", "reweight-shared", "reweight-hidden", "ensemble",
                                           "affine-calibration"),
                         [](const auto& kind) {
                           std::string name = kind.param;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

}  // namespace
}  // namespace partwise::internal
