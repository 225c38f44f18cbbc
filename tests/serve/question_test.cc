#include "serve/question.h"

#include <gtest/gtest.h>

#include "base/json.h"

namespace partwise::internal {
namespace {

// The example of TypeSafe's own documentation.
TEST(Question, IsAsSureOfAScoreAsThePublishedExample) {
  EXPECT_NEAR(confidence_of_score({.0023, .116, .6753, .2064}), .673, 5e-4);
}

TEST(Question, IsAsSureOfAScoreAsItsSpreadIsSmall) {
  EXPECT_DOUBLE_EQ(confidence_of_score({0, 1, 0}), 1);
  EXPECT_DOUBLE_EQ(confidence_of_score({.5, 0, .5}), 0);  // farther from the mode than even probabilities are
  EXPECT_DOUBLE_EQ(confidence_of_score({1}), 1);
}

TEST(Question, IsAsSureOfAChoiceAsItIsFarFromChance) {
  EXPECT_DOUBLE_EQ(confidence_of_choice({.25, .25, .25, .25}), 0);
  EXPECT_DOUBLE_EQ(confidence_of_choice({.625, .125, .125, .125}), .5);
  EXPECT_DOUBLE_EQ(confidence_of_choice({1}), 1);
}

TEST(Question, ExpectsALevel) { EXPECT_DOUBLE_EQ(expected_level({.25, .25, .5}), 1.25); }

TEST(Question, AnswersWithTheFirstOfEquals) {
  const Decision decision{.probabilities = {.2, .4, .4}};
  EXPECT_EQ(decision.answer(), 1U);
}

TEST(Question, ShowsTextAsItIsAndOtherThingsAsJson) {
  EXPECT_EQ(text_of("ä \"b\""), "ä \"b\"");
  EXPECT_EQ(text_of(OrderedJson::parse(R"({"z": ["ä"], "a": 1})")), R"({"z":["ä"],"a":1})");
}

}  // namespace
}  // namespace partwise::internal
