#include "labelling/accuracy_estimate.h"

#include <gtest/gtest.h>

#include "labelling/precision.h"

namespace partwise::internal {
namespace {

HeldOut held_out(std::int32_t label, double p) { return {0, label, {p, 1 - p}}; }

TEST(AccuracyEstimate, IsTheShareOfRightAnswers) {
  const std::vector<HeldOut> rows = {held_out(0, 0.9), held_out(1, 0.3), held_out(1, 0.8), held_out(0, 0.6)};
  const Proportion accuracy = estimated_accuracy(rows, 0);
  EXPECT_DOUBLE_EQ(accuracy.value, 0.75);
  EXPECT_EQ(accuracy.low, wilson(3, 4).low);
  EXPECT_EQ(accuracy.high, wilson(3, 4).high);
}

/// 100 held-out rows and 100 others: the variance of the difference of two shares, as of 50 rows.
TEST(AccuracyEstimate, TheIntervalCoversTheOtherSampleAsWell) {
  std::vector<HeldOut> rows(80, held_out(0, 0.9));
  rows.resize(100, held_out(1, 0.9));
  const Proportion accuracy = estimated_accuracy(rows, 100);
  EXPECT_NEAR(accuracy.low, wilson(40, 50).low, 1e-12);
  EXPECT_NEAR(accuracy.high, wilson(40, 50).high, 1e-12);
  EXPECT_EQ(accuracy.n, 100);
}

TEST(Precision, AnswersAreGivenAsLongAsTheirMeanIsFarEnoughAbove) {
  const std::vector<SureAnswer> right(40, {0.995, true});
  // 0.85 + 0.8416 sqrt(0.85 * 0.15 / 40) = 0.8975; the means are 0.99, 0.97, 0.93, 0.8725, 0.818
  const std::vector<double> probabilities = {0.6, 0.99, 0.7, 0.95, 0.85};
  EXPECT_DOUBLE_EQ(least_for_precision(right, probabilities, 0.85), 0.85);
}

TEST(Precision, HeldOutRowsThatAreWrongForbidTheirProbability) {
  std::vector<SureAnswer> answers(40, {0.95, true});
  answers.resize(80, {0.9, false});
  EXPECT_DOUBLE_EQ(least_for_precision(answers, std::vector{0.99, 0.97, 0.94, 0.9}, 0.9), 0.94);
}

TEST(Precision, AFewRowsThatAreRightByLuckDoNotSuffice) {
  const std::vector<SureAnswer> six(6, {0.999, true}), eight(8, {0.999, true});
  EXPECT_GT(least_for_precision(six, std::vector{0.999}, 0.9), 1);  // 0.9 + 0.8416 * 0.1225 is above 1
  EXPECT_DOUBLE_EQ(least_for_precision(eight, std::vector{0.999}, 0.9), 0.999);
  EXPECT_GT(least_for_precision({}, std::vector{0.99}, 0.9), 1);
}

TEST(Precision, AnswersOfOneProbabilityAreGivenTogether) {
  const std::vector<SureAnswer> right(40, {0.995, true});
  // the third 0.85 takes the mean below 0.9, so none of them is given
  EXPECT_DOUBLE_EQ(least_for_precision(right, std::vector{0.99, 0.85, 0.85, 0.85}, 0.9), 0.99);
}

}  // namespace
}  // namespace partwise::internal
