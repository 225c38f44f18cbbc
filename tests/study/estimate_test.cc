#include "study/estimate.h"

#include <gtest/gtest.h>

#include <cmath>

#include "support/errors.h"

namespace partwise::internal {
namespace {

using Pairs = std::vector<std::pair<RightRows, RightRows>>;

TEST(TQuantile, IsThatOfSciPy) {  // scipy.stats.t.ppf(0.975, degrees)
  EXPECT_NEAR(t_quantile(1), 12.706204736174694, 1e-9);
  EXPECT_NEAR(t_quantile(2), 4.302652729749462, 1e-10);
  EXPECT_NEAR(t_quantile(2.5), 3.5746548420036817, 1e-10);
  EXPECT_NEAR(t_quantile(29), 2.045229642132703, 1e-10);
  EXPECT_NEAR(t_quantile(1000), 1.9623390808264083, 1e-10);
}

// NumPy: D = second - first; v1 = D.mean(1).var(ddof=1) / 3; v2 = D.mean(0).var(ddof=1) / 6;
// degrees = (v1 + v2)**2 / (v1**2 / 2 + v2**2 / 5)
TEST(PairedDifference, CountsRunsAndRows) {
  const Pairs runs = {{"110100", "111101"}, {"101100", "101111"}, {"111000", "011010"}};
  const Estimate difference = difference_over_runs(runs);
  EXPECT_NEAR(difference.value, 0.2222222222222222, 1e-15);
  EXPECT_NEAR(difference.standard_error, 0.19876159799998133, 1e-15);
  EXPECT_NEAR(difference.degrees, 6.975476839237058, 1e-12);
  EXPECT_NEAR(*difference.margin(), 0.47033165975437896, 1e-11);
}

TEST(PairedDifference, OfOneRunIsThatOfItsRows) {
  const Estimate difference = difference_over_runs(Pairs{{"1100", "1110"}});
  EXPECT_DOUBLE_EQ(difference.value, 0.25);
  EXPECT_DOUBLE_EQ(difference.standard_error, 0.25);  // sqrt(var([0, 0, 1, 0], ddof=1) / 4)
  EXPECT_DOUBLE_EQ(difference.degrees, 3);
}

TEST(PairedDifference, OfTheSameAnswersIsNothing) {
  const Estimate none = difference_over_runs(Pairs{{"10", "10"}, {"01", "01"}});
  EXPECT_EQ(none.value, 0);
  EXPECT_EQ(*none.margin(), 0);
}

TEST(PairedDifference, NeedsTheSameRows) {
  const Error error = test::error_of([] { difference_over_runs(Pairs{{"110", "111"}, {"11", "11"}}); });
  EXPECT_EQ(error.code(), ErrorCode::bad_data);
  EXPECT_EQ(test::error_of([] { difference_over_runs({}); }).code(), ErrorCode::bad_data);
}

// Rows that a run left out ('-') do not count.
TEST(PairedDifference, TakesTheRowsThatBothHave) {
  const Estimate same = difference_over_runs(Pairs{{"1-101", "110-1"}});
  const Estimate rows = difference_over_runs(Pairs{{"111", "101"}});
  EXPECT_EQ(same.value, rows.value);
  EXPECT_EQ(same.standard_error, rows.standard_error);
  EXPECT_EQ(same.degrees, rows.degrees);
  EXPECT_TRUE(share_rows("1-", "01"));
  EXPECT_FALSE(share_rows("1-", "-1"));
  EXPECT_EQ(test::error_of([] { difference_over_runs(Pairs{{"1-", "-1"}}); }).code(), ErrorCode::bad_data);
}

// By hand: the means of the runs are -1/2 (rows 1 and 2) and -1 (row 1), those of the rows -1 (two runs) and 0 (one
// run).
TEST(PairedDifference, RowsOfSomeRunsCountThere) {
  const Estimate difference = difference_over_runs(Pairs{{"11", "01"}, {"1-", "0-"}});
  EXPECT_DOUBLE_EQ(difference.value, -0.75);
  EXPECT_DOUBLE_EQ(difference.standard_error, std::sqrt(0.125 / 2 + 0.5 / 2));
}

// The means of the clusters are 0.5 and 0.25, those of the rows 0 and 0.75. The variances of their means are 1/64 and
// 9/64.
TEST(ClusteredDifference, CountsAClusterAsOneRun) {
  const std::vector<Pairs> clusters = {{{"10", "11"}, {"10", "11"}}, {{"11", "11"}, {"10", "11"}}};
  const Estimate difference = clustered_difference(clusters);
  EXPECT_EQ(difference.value, 0.375);
  EXPECT_DOUBLE_EQ(difference.standard_error, std::sqrt(10.0) / 8);
  EXPECT_DOUBLE_EQ(difference.degrees, 100.0 / 82);
}

// se = sqrt(0.03**2 / 4 + 0.02**2 / 4), and degrees as above
TEST(MeanEstimate, AddsIndependentVariances) {
  const Estimate both = mean_estimate(std::vector<Estimate>{{0.1, 0.03, 4}, {0.05, 0.02, 10}});
  EXPECT_DOUBLE_EQ(both.value, 0.075);
  EXPECT_NEAR(both.standard_error, 0.018027756377319945, 1e-16);
  EXPECT_NEAR(both.degrees, 7.734553775743707, 1e-12);
  EXPECT_NEAR(*both.margin(), 0.04182173731599065, 1e-11);
}

TEST(MeanEstimate, HasNoMarginWhereOneErrorIsNotKnown) {
  EXPECT_FALSE(mean_estimate(std::vector<Estimate>{{0.1, 0.03, 4}, {0.05, 0, 0}}).margin());
}

}  // namespace
}  // namespace partwise::internal
