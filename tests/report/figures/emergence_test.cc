#include "report/figures/emergence.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "report/emergence_points.h"

namespace partwise::internal {
namespace {

using test::point;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

/// Steps 0, 1 and 3, which are evenly spaced on the logarithmic scale.
Emergence three_steps() { return emergence({point(0, 2, 0.25), point(1, 4, 0.5), point(3, 7, 0.75)}, {}); }

TEST(EmergenceFigure, PutsStepsOnALogarithmicScale) {
  const std::string svg = emergence_figure(three_steps());
  EXPECT_THAT(svg, HasSubstr("training step (logarithmic)"));
  // 12 pixels inside of 52 and 590; accuracy 1 (the interval of 7 of 8) at 18, 0 at 356.
  EXPECT_THAT(svg, HasSubstr("<path class=\"curve series0\" d=\"M64 271.5L321 187L578 60.25\"/>"));
  EXPECT_THAT(svg,
              HasSubstr("<path class=\"band series3\" d=\"M64 187L321 187L578 187L578 313.75L321 313.75L64 313.75z\""));
}

TEST(EmergenceFigure, SpacesCheckpointsEvenlyThatAreNotInTheOrderOfTheirSteps) {
  const std::string svg = emergence_figure(emergence({point(9, 2, 0.25), point(1, 4, 0.5), point(3, 7, 0.75)}, {}));
  EXPECT_THAT(svg,
              AllOf(Not(HasSubstr("logarithmic")), HasSubstr("M64 271.5L321 187L578 60.25"), HasSubstr(">step9<")));
}

TEST(EmergenceFigure, SaysItsNumbers) {
  const std::string svg = emergence_figure(three_steps());
  EXPECT_THAT(svg, HasSubstr("aria-label=\"Accuracy over training steps, from step0 to step3: full model 25.0 % to "
                             "87.5 %, best part 25.0 % to 75.0 %, chance 25.0 %\""));
  EXPECT_THAT(svg, HasSubstr("<title>step3: best part L0H1, 75.0 %; best by luck 37.5 %</title>"));
  EXPECT_THAT(svg, HasSubstr("<title>step1: middle part 25.0 %; nine parts in ten from 12.5 % to 50.0 %</title>"));
  EXPECT_THAT(svg, Not(HasSubstr("untrained")));
}

TEST(EmergenceFigure, TakesASingleCheckpoint) {
  EXPECT_THAT(emergence_figure(emergence({point(5, 4, 0.5)}, {})), AllOf(HasSubstr("M64 "), Not(HasSubstr("nan"))));
}

}  // namespace
}  // namespace partwise::internal
