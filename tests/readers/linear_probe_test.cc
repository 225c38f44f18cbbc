#include "readers/linear_probe.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "base/json.h"
#include "readers/by_class_fit.h"
#include "readers/fits.h"
#include "support/errors.h"

namespace partwise::internal {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using ::testing::DoubleNear;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pointwise;

std::vector<double> scores_of(const Reader& reader, const internal::Run& run, std::int64_t example) {
  std::vector<double> out(static_cast<std::size_t>(run.parts.n_labels()));
  reader.scores(run.parts, example, out);
  return out;
}

/// What a reader file says of the choice of the strength.
std::vector<double> losses_of(const Reader& reader) {
  std::vector<double> losses;
  const Json state = reader.save();
  for (const Json& pair : state.at("left_out_losses")) losses.push_back(pair.at(1));
  return losses;
}

/// Eighteen rows of three labels, and a pool in which label 0 has two rows, the others four each.
struct Small {
  internal::Run run = test::formula_run(18, 2, 1, 3, 1);
  FitRows rows{.pool = {0, 1, 2, 4, 5, 7, 8, 9, 10, 11}, .content_free = {}, .random_words = {}, .test = {}};

  Small() { test::add_hidden_states(run); }
  std::unique_ptr<Reader> fitted(const char* kind) {
    auto reader = make_reader(kind);
    reader->fit(run.parts, run.labels, rows);
    return reader;
  }
};

// The values of the next two tests are those of scikit-learn's LogisticRegression(C=strength / 0.1,
// class_weight="balanced", fit_intercept=False) on the standardised features, whose mean square norm is 1, with a loop
// over rows and strengths.
TEST(LinearProbe, IsBalancedLogisticRegressionOnTheHiddenState) {
  Small small;
  const auto reader = small.fitted("linear-probe");
  EXPECT_EQ(reader->save().at("strength"), Json({0.03}));
  EXPECT_THAT(losses_of(*reader),
              Pointwise(DoubleNear(1e-6), {1.0713231815, 1.0437770738, 1.0675045652, 1.3063079828, 1.9405150478,
                                           2.7785562709, 3.8358220427, 4.8590965044, 6.0163922340}));
  const auto near = [](std::vector<double> wanted) { return Pointwise(DoubleNear(1e-6), wanted); };
  EXPECT_THAT(scores_of(*reader, small.run, 14), near({0.014210189, -0.128052990, 0.113842800}));
  EXPECT_THAT(scores_of(*reader, small.run, 15), near({0.497856155, -0.271340008, -0.226516147}));
  EXPECT_THAT(scores_of(*reader, small.run, 17), near({0.115762958, -0.422036837, 0.306273879}));
}

TEST(LinearProbe, IsTheSameOnPartsScaledByTheirSize) {
  Small small;
  const auto reader = small.fitted("linear-probe-parts");
  EXPECT_EQ(reader->save().at("strength"), Json({0.03}));
  EXPECT_THAT(losses_of(*reader),
              Pointwise(DoubleNear(1e-6), {1.0925322830, 1.0915787980, 1.1241706226, 1.2270774107, 1.4239290065,
                                           1.6707741307, 2.0192214474, 2.3933909896, 2.8413649895}));
  const auto near = [](std::vector<double> wanted) { return Pointwise(DoubleNear(1e-6), wanted); };
  EXPECT_THAT(scores_of(*reader, small.run, 14), near({0.259237856, -0.062058995, -0.197178861}));
  EXPECT_THAT(scores_of(*reader, small.run, 15), near({-0.194443297, 0.368342314, -0.173899017}));
  EXPECT_THAT(scores_of(*reader, small.run, 17), near({0.118903447, 0.127850263, -0.246753711}));
}

TEST(LinearProbe, SplitsItsScoresOverPartsAlone) {
  Small small;
  const auto reader = small.fitted("linear-probe-parts");
  std::vector<double> split(5 * 3);  // two heads, two MLPs, and what is outside of them
  reader->split_scores(small.run.parts, 16, split);
  EXPECT_THAT(std::vector(split.end() - 3, split.end()), ElementsAre(0, 0, 0));
  std::vector<double> sums(3);
  for (std::size_t k = 0; k < split.size(); ++k) sums[k % 3] += split[k];
  EXPECT_THAT(sums, Pointwise(DoubleNear(1e-12), scores_of(*reader, small.run, 16)));
}

TEST(LinearProbe, LeavesOutPartsThatAlwaysSayTheSame) {
  Small small;
  for (std::int64_t i = 0; i < 18; ++i)
    for (std::int64_t y = 0; y < 3; ++y) small.run.parts.mlps(i, 1, y) = 0.1F * static_cast<float>(y);
  const auto reader = small.fitted("linear-probe-parts");
  std::vector<double> split(5 * 3);
  reader->split_scores(small.run.parts, 16, split);
  EXPECT_THAT(std::vector(split.begin() + 9, split.begin() + 12), ElementsAre(0, 0, 0));  // L1MLP
}

TEST(LinearProbe, TakesTheStrongestRidgeIfNothingTellsStrengthsApart) {
  internal::Run run = test::silent_run(6, 3);
  const auto reader = make_reader("linear-probe-parts");
  reader->fit(run.parts, run.labels, fit_rows(run));
  EXPECT_EQ(reader->save().at("strength"), Json({0.01}));
  EXPECT_THAT(scores_of(*reader, run, 0), ElementsAre(0, 0, 0));
}

TEST(LinearProbe, TakesTheUsualStrengthIfALabelHasASingleRow) {
  Small small;
  small.rows.pool = {0, 1, 2, 4, 5, 7};
  const Json state = small.fitted("linear-probe")->save();
  EXPECT_EQ(state.at("strength"), Json({kUsualStrength}));
  EXPECT_FALSE(state.contains("left_out_losses"));
  make_reader("linear-probe")->load(state, reader_shape(small.run.parts));
}

TEST(LinearProbe, RefusesAFileWhoseWidthIsNotThatOfTheParts) {
  Small small;
  const Json state = small.fitted("linear-probe-parts")->save();
  const Error error = test::error_of([&] { make_reader("linear-probe-parts")->load(state, {2, 2, 3}); });
  EXPECT_EQ(error.code(), ErrorCode::bad_data);
  EXPECT_THAT(error.what(), HasSubstr("'mean'"));
}

/// Features of rows whose labels are sorted, as those of pools are.
struct ManyRows {
  Index n, n_labels;
  MatrixXd x;
  std::vector<std::int32_t> labels;

  ManyRows(Index rows, Index n_classes) : n(rows), n_labels(n_classes), x(rows, 6) {
    for (Index i = 0; i < rows; ++i) labels.push_back(static_cast<std::int32_t>(i * n_classes / rows));
    for (Index k = 0; k < x.size(); ++k) x(k / 6, k % 6) = static_cast<double>((5 * k + k * k / 7) % 13) - 6;
    for (Index i = 0; i < rows; ++i) x(i, labels[i] % 6) += 3;
  }

  ProbeFits fits(const ProgressFn& progress) const {
    return {[this](const PoolRows& rows, const PoolRows&) {
              const MatrixXd some = x(rows, Eigen::all);
              return MatrixXd(some * some.transpose());
            },
            labels, n_labels, progress};
  }

  /// The scores of one row by a fit on others, step by step.
  std::vector<double> plain(const PoolRows& kept, double strength, Index row) const {
    Eigen::RowVectorXd mean = Eigen::RowVectorXd::Zero(6);
    std::vector<double> counts(static_cast<std::size_t>(n_labels)), weights;
    for (Index i : kept) ++counts[labels[i]];
    const auto n_kept = static_cast<double>(kept.size()), n_y = static_cast<double>(n_labels);
    std::vector<std::int32_t> own;
    for (Index i : kept) {
      mean += x.row(i) / (n_y * counts[labels[i]]);
      weights.push_back(n_kept / (n_y * counts[labels[i]]));
      own.push_back(labels[i]);
    }
    const MatrixXd centred = x(kept, Eigen::all).rowwise() - mean;
    const double scale = strength * n_kept / centred.squaredNorm();
    const std::vector<double> offset(kept.size() * static_cast<std::size_t>(n_labels));
    const DualFit fit = by_class_fit(scale * centred * centred.transpose(), offset, own, weights);
    const Eigen::VectorXd products = scale * centred * (x.row(row) - mean).transpose();
    std::vector<double> f(static_cast<std::size_t>(n_labels));
    for (std::size_t k = 0; k < fit.a.size(); ++k) f[k % f.size()] += fit.a[k] * products[k / f.size()];
    return f;
  }
};

PoolRows rows_without(Index n, const std::function<bool(Index)>& left) {
  PoolRows rows;
  for (Index i = 0; i < n; ++i)
    if (!left(i)) rows.push_back(i);
  return rows;
}

std::vector<double> row_of(const MatrixXd& scores, Index row) {
  const Eigen::RowVectorXd own = scores.row(row);
  return {own.begin(), own.end()};
}

TEST(ProbeFits, LeaveOutOneRowAtATime) {
  const ManyRows many(64, 3);
  const PoolRows asked = {0, 20, 21, 63};
  const MatrixXd scores = many.fits({}).left_out_scores(3, asked);
  EXPECT_EQ(scores.row(1).norm(), 0) << "nobody asked";
  for (Index row : asked) {
    const PoolRows kept = rows_without(64, [&](Index i) { return i == row; });
    EXPECT_THAT(row_of(scores, row), Pointwise(DoubleNear(1e-6), many.plain(kept, 3, row)));
  }
}

TEST(ProbeFits, LeaveOutEveryTenthOfManyRows) {
  const ManyRows many(65, 3);
  const PoolRows asked = {0, 7, 17, 64};
  const MatrixXd scores = many.fits({}).left_out_scores(0.1, asked);
  for (Index row : asked) {
    const PoolRows kept = rows_without(65, [&](Index i) { return i % 10 == row % 10; });
    EXPECT_THAT(row_of(scores, row), Pointwise(DoubleNear(1e-6), many.plain(kept, 0.1, row)));
  }
}

TEST(ProbeFits, LeaveOutRowsToFullPrecisionIfTheyAreMany) {
  const ManyRows many(300, 3);  // 810 scores are kept: the fits are iterative
  const PoolRows kept = rows_without(300, [&](Index i) { return i % 10 == 1; });
  EXPECT_THAT(row_of(many.fits({}).left_out_scores(30, {211}), 211),
              Pointwise(DoubleNear(1e-6), many.plain(kept, 30, 211)));
}

TEST(ProbeFits, AreCalibratedByTheRowsThatAllReadersAre) {
  const ManyRows many(300, 3);
  int n_fits = 0;
  const LeftOutRows rows =
      many.fits([&](const Progress&) { ++n_fits; }).left_out(30);  // three tenths have 64 rows and more
  ASSERT_EQ(rows.labels.size(), 90u);
  EXPECT_EQ(n_fits, 3);  // each says how far it is
  const PoolRows kept = rows_without(300, [](Index i) { return i % 10 == 1; });
  EXPECT_EQ(rows.labels[31], many.labels[11]);  // rows 0, 10, ..., 290, 1, 11
  const auto own = rows.scores_of(31);
  EXPECT_THAT(std::vector(own.begin(), own.end()), Pointwise(DoubleNear(1e-6), many.plain(kept, 30, 11)));
}

TEST(ProbeFits, WithManyRowsAndLabelsAreThoseOfFew) {
  const ManyRows many(310, 3);  // 930 scores: the fit is iterative, and 300 rows choose the strength
  const ProbeFit fit = many.fits({}).fit();
  const PoolRows all = rows_without(310, [](Index) { return false; });
  const Eigen::RowVectorXd mean = fit.shares.transpose() * many.x;
  const Eigen::VectorXd f = fit.dual.transpose() * many.x * (many.x.row(111) - mean).transpose() -
                            fit.dual.colwise().sum().transpose() * mean.dot(many.x.row(111) - mean);
  EXPECT_THAT(std::vector(f.begin(), f.end()), Pointwise(DoubleNear(1e-6), many.plain(all, fit.strength, 111)));
}

TEST(ProbeFits, TellHowFarTheyAreAndStopIfToldTo) {
  const ManyRows many(24, 3);
  double last = -1;
  const ProgressFn progress = [&](const Progress& p) {
    const double share = static_cast<double>(p.done) / static_cast<double>(p.total);
    EXPECT_LE(last, share);
    last = share;
  };
  const double strength = many.fits(progress).fit().strength;
  EXPECT_GT(last, 0.8);
  EXPECT_NE(std::ranges::find(kStrengths, strength), kStrengths.end());
  const ProgressFn stop = [](const Progress&) { throw Error(ErrorCode::interrupted, "stop"); };
  EXPECT_EQ(test::error_of([&] { many.fits(stop).fit(); }).code(), ErrorCode::interrupted);
}

}  // namespace
}  // namespace partwise::internal
