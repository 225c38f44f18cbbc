#include "base/statistics.h"

#include <gtest/gtest.h>

#include <array>

namespace partwise::internal {
namespace {

const std::vector<double> kValues = {0.5, 0.25, 0.75, 0.5, 1, 0.25};

TEST(StandardDeviation, OfASample) {  // numpy.std(..., ddof=1)
  const std::vector<double> values = {0.5, 0.75, 1.0};
  EXPECT_DOUBLE_EQ(mean(values), 0.75);
  EXPECT_DOUBLE_EQ(*standard_deviation(values), 0.25);
  EXPECT_FALSE(standard_deviation(std::vector{0.5}));
}

TEST(Median, IsTheMiddleOrTheMeanOfTheTwoInTheMiddle) {
  EXPECT_EQ(median({3, 1, 2}), 2);
  EXPECT_EQ(median({4, 1, 3, 2}), 2.5);
  EXPECT_EQ(median({7}), 7);
}

TEST(Quantile, IsNumPys) {  // numpy.quantile(values, shares)
  const std::array shares = {0.05, 0.25, 0.5, 0.75, 0.95};
  const std::array expected = {0.25, 0.3125, 0.5, 0.6875, 0.9375};
  for (std::size_t k = 0; k < shares.size(); ++k) EXPECT_DOUBLE_EQ(quantile(kValues, shares[k]), expected[k]);
  EXPECT_EQ(quantile(std::vector{0.3}, 0.95), 0.3);
}

TEST(Percentile, IsTheValueOfTheRankAtOrAboveTheShare) {  // numpy.quantile(..., method="inverted_cdf")
  const std::vector<double> values = {4, 2, 3, 1};
  EXPECT_EQ(percentile(values, 0.5), 2);
  EXPECT_EQ(percentile(values, 0.51), 3);
  EXPECT_EQ(percentile(values, 1.0), 4);
}

TEST(NearestQuantile, IsTheValueNearestToThePlace) {  // places 0.2, 1.25 and 2.5 of 0 to 5
  EXPECT_EQ(nearest_quantile(kValues, 0.04), 0.25);
  EXPECT_EQ(nearest_quantile(kValues, 0.25), 0.25);
  EXPECT_EQ(nearest_quantile(std::vector<double>{0, 1, 2, 3, 4, 5}, 0.5), 3);
  EXPECT_EQ(nearest_quantile(kValues, 1), 1);
}

}  // namespace
}  // namespace partwise::internal
