#include "study/emergence.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/errors.h"
#include "support/runs.h"

namespace partwise::internal {
namespace {

using ::testing::DoubleEq;
using ::testing::ElementsAreArray;
using ::testing::Pointwise;

/// Eight rows, four per label; one layer with two heads and an MLP. The first `first_head` rows are answered correctly
/// by head 0, and so on. The MLP always says label 0.
internal::Run counted_run(int first_head, int second_head, int full) {
  internal::Run run = test::make_run(8, 1, 2, 2);
  for (std::int64_t i = 0; i < 8; ++i) {
    const std::int64_t label = run.labels[i];
    const auto answer = [&](float* logits, bool right) {
      logits[label] = right ? 1 : -1;
      logits[1 - label] = 0;
    };
    answer(&run.parts.heads(i, 0, 0, 0), i < first_head);
    answer(&run.parts.heads(i, 0, 1, 0), i < second_head);
    answer(&run.parts.logits(i, 0), i < full);
  }
  return run;
}

TEST(EmergencePoint, IsOfTheWholeModelAndOfTheBestPart) {
  const EmergencePoint point = emergence_point("step4", counted_run(2, 7, 6));
  EXPECT_EQ(point.checkpoint, "step4");
  EXPECT_EQ(point.full.hits, 6);
  EXPECT_DOUBLE_EQ(point.full.value, 0.75);
  EXPECT_NEAR(point.full.low, 0.4092754, 1e-7);  // scipy.stats.binomtest(6, 8).proportion_ci(method="wilson")
  EXPECT_NEAR(point.full.high, 0.9285208, 1e-7);
  EXPECT_DOUBLE_EQ(point.chance, 0.5);
  EXPECT_THAT(point.accuracies, ElementsAreArray({0.25, 0.875, 0.5}));
  EXPECT_EQ(component_name(point.best), "L0H1");
  EXPECT_DOUBLE_EQ(point.best_accuracy, 0.875);
  // numpy.quantile([0.25, 0.875, 0.5], [0.05, 0.25, 0.5, 0.75, 0.95])
  EXPECT_THAT(point.quantiles, Pointwise(DoubleEq(), {0.275, 0.375, 0.5, 0.6875, 0.8375}));
}

// Both heads give each label to four rows, as the true labels do. There are 70 ways to shuffle the labels: 1 agrees
// with all eight answers, 16 agree with six of them.
TEST(EmergencePoint, SaysHowGoodTheBestIsByLuck) {
  EXPECT_DOUBLE_EQ(emergence_point("step4", counted_run(8, 8, 6)).best_by_chance, 0.75);
}

TEST(EmergencePoint, NeedsALabelAmongTheTestRows) {
  internal::Run run = counted_run(2, 7, 6);
  run.labels.assign(8, -1);
  EXPECT_EQ(test::error_of([&] { emergence_point("step4", run); }).code(), ErrorCode::bad_data);
}

TEST(EmergencePoint, LeavesRowsWithoutALabelOut) {
  internal::Run run = counted_run(2, 8, 6);
  run.labels[7] = -1;
  EXPECT_EQ(emergence_point("step4", run).full.n, 7);
}

TEST(Emergence, ComparesEveryPointWithTheLast) {
  EmergencePoint first, last;
  first.accuracies = {0.5, 0.25, 0.75, 0.5, 1, 0.25};
  last.accuracies = {0.25, 0.5, 0.75, 0.75, 0.5, 0};
  const Emergence found = emergence({first, last}, first);
  // scipy.stats.pearsonr([0.5, 0.25, 0.75, 0.5, 1, 0.25], [0.25, 0.5, 0.75, 0.75, 0.5, 0]).statistic
  EXPECT_NEAR(found.points[0].correlation, 0.46341463414634143, 1e-15);
  EXPECT_EQ(found.points[0].overlap, 1);  // both leave the last of six out
  EXPECT_DOUBLE_EQ(found.points[1].correlation, 1);
  ASSERT_TRUE(found.control);
  EXPECT_EQ(found.control->correlation, found.points[0].correlation);
}

}  // namespace
}  // namespace partwise::internal
