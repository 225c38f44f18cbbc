#include "report/figures/calibration.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "report/markup.h"

namespace partwise::internal {
namespace {

using test::count;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(ReliabilityDiagram, HasADotWhereEachBinIs) {
  std::vector<SureAnswer> answers(4, {0.5, true});
  answers[0].right = answers[1].right = false;
  answers.push_back({1.0, true});
  const std::string svg = reliability_diagram(calibration_bins(answers));
  EXPECT_EQ(count(svg, "class=\"dot"), 2);
  // The plot goes from (52, 382) to (482, 18): the middle is (267, 200). A circle begins at its left end.
  EXPECT_THAT(svg, AllOf(HasSubstr("d=\"M262.5 200a4.5"), HasSubstr("d=\"M477.5 18a4.5")));
  EXPECT_THAT(svg,
              HasSubstr("probability 0.5 to 0.6, on average 0.500: 2 of 4 answers are right, 50.0 % (15.0 to 85.0)"));
  EXPECT_EQ(count(svg, "class=\"bar series0\""), 2);
  EXPECT_THAT(svg, Not(HasSubstr("nan")));
}

TEST(CoverageFigure, SkipsPointsOfFewAnswers) {
  std::vector<SureAnswer> answers;
  for (int i = 0; i < 20; ++i) answers.push_back({(20 - i) / 20.0, i < 15});
  const std::string svg = coverage_figure(coverage_curve(answers));
  EXPECT_EQ(count(svg, "class=\"dot"), 6) << "at 50, 60, ..., 100 % of the rows";
  EXPECT_THAT(svg, AllOf(HasSubstr("10 answers, 50.0 % of the rows, probability 0.550 or more: 100.0 % right"),
                         HasSubstr("all answers 75.0 %"), Not(HasSubstr("9 answers"))));
  // From 50 % of the rows (267 of 52 to 482) on.
  EXPECT_THAT(svg, HasSubstr("class=\"curve series0\" d=\"M267 18L"));
}

TEST(CoverageFigure, DrawsFewAnswersOfOneProbability) {
  const std::string svg = coverage_figure(coverage_curve({{0.5, true}, {0.5, false}}));
  EXPECT_EQ(count(svg, "class=\"dot"), 1);
  EXPECT_THAT(svg, AllOf(HasSubstr("2 answers, 100.0 % of the rows"), Not(HasSubstr("nan"))));
}

}  // namespace
}  // namespace partwise::internal
