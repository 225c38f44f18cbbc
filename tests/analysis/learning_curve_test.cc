#include "analysis/learning_curve.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "analysis/evaluation.h"
#include "analysis/fit_and_judge.h"
#include "base/error.h"
#include "base/json.h"
#include "base/random.h"
#include "base/sampling.h"
#include "support/errors.h"
#include "support/runs.h"

namespace partwise::internal {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// The first 24 rows are the pool. The other 30 are test rows.
internal::Run split_run(std::int64_t n_labels = 3) {
  internal::Run run = test::make_run(54, 2, 2, n_labels);
  run.split.assign(54, Split::test);
  std::fill_n(run.split.begin(), 24, Split::pool);
  return run;
}

TEST(LearningCurve, SizesDoubleUpToTheWholePool) {
  EXPECT_THAT(doubling_sizes(24), ElementsAre(6, 12, 24));
  EXPECT_THAT(doubling_sizes(20), ElementsAre(6, 12, 20));
  EXPECT_THAT(doubling_sizes(4), ElementsAre(4));
}

TEST(LearningCurve, EndsWhereTheReaderOfTheWholePoolStands) {
  const internal::Run run = split_run();
  const LearningCurve curve = learning_curve("comprw", run, {24, 6, 12, 6});
  ASSERT_EQ(curve.points.size(), 3u);
  EXPECT_EQ(curve.points[0].pool_size, 6);
  EXPECT_EQ(curve.points[0].accuracies.size(), 5u);
  EXPECT_EQ(curve.points[2].accuracies.size(), 1u);
  auto reader = make_reader("comprw");
  reader->fit(run.parts, run.labels, fit_rows(run));
  EXPECT_EQ(curve.points[2].accuracies[0], evaluate(*reader, run, test_rows(run)).accuracy.value);
  EXPECT_EQ(curve.points[1].accuracies, learning_curve("comprw", run, {12}).points[0].accuracies);
}

/// Set 2 differs from set 1, so a committee that hears it answers otherwise than one that does not.
TEST(LearningCurve, DrawsTheRowsThatSet2ShowsFirst) {
  internal::Run run = split_run();
  run.parts.hidden = Array<float>({54, 2}, 1);
  run.parts.z = Array<float>({54, 2, 2, 2}, 1);
  for (std::int64_t i = 0; i < 54; ++i) run.parts.z(i, 0, 0, 0) = static_cast<float>(run.labels[i]);
  Contributions other = run.parts;
  for (float& value : other.heads.flat()) value = -value;
  run.parts.other_sets = {other, other};
  run.parts.demonstration_of.assign(54, 0);
  std::fill_n(run.parts.demonstration_of.begin(), 3, 2);
  const std::vector<double> with = learning_curve("committee", run, {12}).points[0].accuracies;
  for (std::int64_t seed = 0; seed < 5; ++seed) {
    std::vector<std::int32_t> labels(run.labels.begin() + 3, run.labels.begin() + 24);
    Random random(static_cast<std::uint64_t>(seed));
    FitRows rows{.pool = {0, 1, 2}, .test = test_rows(run)};
    for (std::size_t k : BalancedDraw(labels, 3, random).take(9)) rows.pool.push_back(static_cast<std::int64_t>(k) + 3);
    auto reader = make_reader("committee");
    reader->fit(run.parts, run.labels, rows);
    EXPECT_EQ(reader->save()["sets"].size(), 3u);
    EXPECT_EQ(with[static_cast<std::size_t>(seed)], evaluate(*reader, run, rows.test).accuracy.value) << seed;
  }
}

TEST(LearningCurve, ShowsWhatEachBlockOfDemonstrationsGivesAlone) {
  internal::Run run = split_run();
  Contributions other = run.parts;
  for (float& value : other.heads.flat()) value = 0;
  run.parts.other_sets = {run.parts, other};  // of set 0 and set 2
  run.parts.demonstration_of.assign(54, 0);
  std::fill_n(run.parts.demonstration_of.begin(), 3, 2);
  const CurvePoint point = learning_curve("comprw", run, {12}).points[0];
  ASSERT_EQ(point.by_block.size(), 2u);
  internal::Run alone = split_run();
  FitRows rows{.test = test_rows(run)};
  for (std::int64_t i = 0; i < 12; ++i) rows.pool.push_back(i);  // set 1 shows no row of the pool
  EXPECT_EQ(point.by_block[0], fit_and_judge("comprw", alone, rows).evaluation.accuracy.value);
  alone.parts = other;
  rows.pool.clear();
  for (std::int64_t i = 3; i < 15; ++i) rows.pool.push_back(i);  // set 2 shows the first three
  EXPECT_EQ(point.by_block[1], fit_and_judge("comprw", alone, rows).evaluation.accuracy.value);
  EXPECT_TRUE(learning_curve("comprw", split_run(), {12}).points[0].by_block.empty());
}

TEST(LearningCurve, TheFullModelNeedsNoRows) {
  const internal::Run run = split_run();
  const double full = evaluate(*make_reader("full"), run, test_rows(run)).accuracy.value;
  for (const CurvePoint& point : learning_curve("full", run, {6, 12}).points) {
    EXPECT_EQ(point.mean(), full);
    EXPECT_EQ(point.sd(), 0.0);
  }
}

TEST(CurvePoint, HasTheMeanAndTheDeviationOfASample) {
  const CurvePoint point{6, {0.5, 0.75, 1.0}};
  EXPECT_DOUBLE_EQ(point.mean(), 0.75);
  EXPECT_DOUBLE_EQ(*point.sd(), 0.25);
  EXPECT_FALSE((CurvePoint{6, {0.5}}).sd());
}

TEST(LearningCurve, SaysHowFarAllItsFitsAreTogether) {
  std::vector<std::int64_t> done;
  learning_curve("comprw", split_run(), {6, 24}, [&](const Progress& progress) {
    EXPECT_EQ(progress.total, 5 * 6 + 24);  // rows of all fits
    done.push_back(progress.done);
  });
  EXPECT_EQ(done.front(), 0);
  EXPECT_TRUE(std::is_sorted(done.begin(), done.end()));
  EXPECT_GE(done.back(), 30);
  EXPECT_LE(done.back(), 54);
}

TEST(LearningCurve, LeavesOutSizesThatCannotBeFitted) {
  const LearningCurve curve = learning_curve("comprw", split_run(), {2, 6, 48});
  ASSERT_EQ(curve.points.size(), 1u);
  ASSERT_EQ(curve.skipped.size(), 2u);
  EXPECT_EQ(curve.skipped[0].pool_size, 2);
  EXPECT_THAT(curve.skipped[0].reason, HasSubstr("none of the 2 rows to fit on has the label"));
  EXPECT_THAT(curve.skipped[1].reason, HasSubstr("the pool has 24 labelled rows, 48 are asked for"));
}

TEST(LearningCurve, IsRefusedWhereNoSizeCanBeFitted) {
  const Error error = test::error_of([] { learning_curve("comprw", split_run(), {2}); });
  EXPECT_EQ(error.code(), ErrorCode::bad_data);
  EXPECT_EQ(test::error_of([] { learning_curve("comprv", split_run(), {6}); }).code(), ErrorCode::usage);
}

TEST(WithPoolSize, TakesTheFirstRowsOfThePool) {
  internal::Run run = split_run();
  run.labels[1] = -1;
  EXPECT_THAT(with_pool_size(fit_rows(run), 3).pool, ElementsAre(0, 2, 3));
  EXPECT_EQ(with_pool_size(fit_rows(run), 3).test.size(), 30u);
  EXPECT_EQ(test::error_of([&] { with_pool_size(fit_rows(run), 24); }).code(), ErrorCode::bad_data);
}

}  // namespace
}  // namespace partwise::internal
