#include "analysis/calibration.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace partwise::internal {
namespace {

using ::testing::IsEmpty;

TEST(CalibrationBins, HoldAnswersFromTheirLowerEndOn) {
  const auto bins = calibration_bins(std::vector<SureAnswer>{{0.25, true}, {0.5, false}, {0.5625, true}, {1, true}});
  ASSERT_EQ(bins.size(), 10u);
  EXPECT_EQ(bins[2].n, 1);
  EXPECT_EQ(bins[4].n, 0);
  EXPECT_EQ(bins[5].n, 2);
  EXPECT_EQ(bins[5].n_right, 1);
  EXPECT_EQ(bins[5].mean(), 0.53125);
  EXPECT_EQ(bins[5].low, 0.5);
  EXPECT_EQ(bins[5].high, 0.6);
  EXPECT_EQ(bins[9].n, 1) << "probability 1";
}

TEST(CalibrationError, IsTheMeanDistanceOverAnswers) {
  // Bins: {0.25: right}, {0.5, 0.5625: one right}, {1: right}: (|1 - 0.25| + |1 - 1.0625| + |1 - 1|) / 4.
  const auto bins = calibration_bins(std::vector<SureAnswer>{{0.25, true}, {0.5, false}, {0.5625, true}, {1, true}});
  EXPECT_DOUBLE_EQ(calibration_error(bins), 0.8125 / 4);
}

TEST(CoverageCurve, GivesTheSurestAnswersFirst) {
  const auto curve = coverage_curve({{0.5, false}, {0.9, true}, {0.7, false}, {0.8, true}});
  ASSERT_EQ(curve.size(), 4u);
  const std::vector<double> least = {0.9, 0.8, 0.7, 0.5}, accuracies = {1, 1, 2 / 3.0, 0.5};
  for (std::size_t k = 0; k < curve.size(); ++k) {
    EXPECT_EQ(curve[k].n, static_cast<std::int64_t>(k) + 1);
    EXPECT_EQ(curve[k].least, least[k]);
    EXPECT_DOUBLE_EQ(curve[k].accuracy(), accuracies[k]);
  }
}

TEST(CoverageCurve, GivesAnswersOfOneProbabilityTogether) {
  for (const bool first : {true, false}) {
    const auto curve = coverage_curve({{0.6, first}, {0.9, true}, {0.6, !first}});
    ASSERT_EQ(curve.size(), 2u);
    EXPECT_EQ(curve[0].n, 1);
    EXPECT_EQ(curve[1].n, 3);
    EXPECT_EQ(curve[1].n_right, 2);
  }
  EXPECT_THAT(coverage_curve({}), IsEmpty());
}

}  // namespace
}  // namespace partwise::internal
