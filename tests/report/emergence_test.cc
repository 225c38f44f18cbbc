#include "report/figures/emergence.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json.h"
#include "report/emergence_tables.h"
#include "report/html/emergence.h"

namespace partwise {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

EmergencePoint point(std::int64_t step, std::int64_t hits, double best) {
  EmergencePoint p;
  p.checkpoint = "step" + std::to_string(step);
  p.step = step;
  p.full = wilson(hits, 8);
  p.chance = 0.25;
  p.accuracies = {0.25, best, 0.125};
  p.best = {0, 1};
  p.best_accuracy = best;
  p.best_by_chance = 0.375;
  p.quantiles = {0.125, 0.1875, 0.25, 0.375, 0.5};
  return p;
}

/// Steps 0, 1 and 3: evenly spaced by their logarithm.
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

TEST(EmergenceHtml, IsOnePageThatNeedsNothingElseAndEscapesNames) {
  const std::string html = emergence_html(emergence({point(0, 2, 0.25)}, point(0, 1, 0.5)), "<b>/step*", "a & b");
  for (const char* outside : {"http:", "https:", "src=", "href=", "url(", "<script", "<link", "<b>/"})
    EXPECT_THAT(html, Not(HasSubstr(outside)));
  EXPECT_THAT(html, AllOf(HasSubstr("&lt;b&gt;/step* in training, on a &amp; b"), HasSubstr("untrained, full model"),
                          HasSubstr("weights as they are before training")));
}

TEST(EmergenceTables, HoldThePointsAndTheControl) {
  EmergencePoint control = point(0, 1, 0.5);
  control.checkpoint = kControlName;
  control.step.reset();
  const Emergence found = emergence({point(0, 2, 0.25), point(3, 7, 0.75)}, control);
  // The interval: scipy.stats.binomtest(7, 8).proportion_ci(method="wilson"); r: scipy.stats.pearsonr
  EXPECT_THAT(emergence_csv(found), HasSubstr("step3,3,8,0.875,0.529"));
  EXPECT_THAT(emergence_csv(found), HasSubstr(",0.25,L0H1,0.75,0.375,0.125,0.1875,0.25,0.375,0.5,"));
  EXPECT_THAT(emergence_csv(found), HasSubstr("\nuntrained,,8,0.125,"));
  EXPECT_THAT(emergence_text(found, false),
              AllOf(HasSubstr("step3"), HasSubstr("untrained"), HasSubstr("3 parts, 8 ")));
  const OrderedJson json = emergence_json(found);
  EXPECT_EQ(json["checkpoints"][1]["step"], 3);
  EXPECT_EQ(json["control"]["step"], nullptr);
  EXPECT_NEAR(json["checkpoints"][0]["correlation"].get<double>(), 0.6546536707079772, 1e-15);
}

}  // namespace
}  // namespace partwise
