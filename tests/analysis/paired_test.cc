#include "analysis/paired.h"

#include <gtest/gtest.h>

namespace partwise::internal {
namespace {

TEST(Paired, CountsWhoIsRightWhere) {
  const PairedTable table = paired_table({true, true, false, false, true}, {true, false, true, false, false});
  EXPECT_EQ(table.both, 1);
  EXPECT_EQ(table.first_only, 2);
  EXPECT_EQ(table.second_only, 1);
  EXPECT_EQ(table.neither, 1);
  EXPECT_EQ(table.n(), 5);
}

// p: from SciPy's binomtest, and the same from statsmodels' exact mcnemar. Intervals: computed with NumPy from the
// covariance matrix of the four cells, with 0.5 added to each.
TEST(Paired, AgreesWithOtherPrograms) {
  struct Case {
    PairedTable table;
    double p, low, high;
  };
  for (const Case& c : {Case{{10, 3, 9, 5}, 0.14599609375, -0.024858005924787513, 0.4386511093730634},
                        Case{{200, 40, 61, 19}, 0.046044066929342785, 0.004157378100669858, 0.1262774045080258},
                        Case{{700, 310, 377, 613}, 0.011745708248522408, 0.00782940511717518, 0.059103661815891745},
                        Case{{5, 2, 2, 1}, 1.0, -0.3652177252402423, 0.3652177252402423}}) {
    EXPECT_NEAR(mcnemar_p(c.table), c.p, 1e-11);  // logarithms of factorials of a thousand lose a few digits
    EXPECT_NEAR(paired_difference(c.table).low, c.low, 1e-12);
    EXPECT_NEAR(paired_difference(c.table).high, c.high, 1e-12);
  }
}

TEST(Paired, TheDifferenceIsTheSecondLessTheFirst) {
  EXPECT_DOUBLE_EQ(paired_difference({10, 3, 9, 5}).value, 6.0 / 27);
  EXPECT_DOUBLE_EQ(paired_difference({10, 9, 3, 5}).value, -6.0 / 27);
}

TEST(Paired, StaysWithinWhatADifferenceCanBe) {
  const PairedDifference all = paired_difference({0, 0, 5, 0});
  EXPECT_EQ(all.value, 1.0);
  EXPECT_NEAR(all.low, 0.2779452477060863, 1e-12);
  EXPECT_EQ(all.high, 1.0);
  EXPECT_NEAR(mcnemar_p({0, 0, 5, 0}), 0.0625, 1e-15);
}

TEST(Paired, AReaderAndItselfDoNotDiffer) {
  const PairedTable same = paired_table({true, false, true}, {true, false, true});
  EXPECT_EQ(mcnemar_p(same), 1.0);
  EXPECT_EQ(paired_difference(same).value, 0.0);
}

}  // namespace
}  // namespace partwise::internal
