#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <partwise/prompts.h>

#include "api/support.h"
#include "support/errors.h"

namespace partwise {
namespace {

using internal::test::error_of;
using internal::test::TempDir;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(PromptSet, OfATaskHasThePoolAndTheTestRows) {
  const PromptSet set = test::reviews();
  EXPECT_EQ(set.size(), 8 + 6);
  EXPECT_THAT(set.label_words(), ElementsAre("negative", "positive"));
  EXPECT_EQ(set.text(8),
            "Review: A heartfelt, beautifully acted story about a boy and his stubborn donkey.\nSentiment:");
}

TEST(PromptSet, OfAFileHasItsPromptsAndLabels) {
  const TempDir folder;
  internal::test::write_file(folder / "p.jsonl", R"({"prompt": "Good?", "options": [" yes", " no"], "label": 1})");
  const PromptSet set = PromptSet::from_file((folder / "p.jsonl").string());
  EXPECT_EQ(set.size(), 1);
  EXPECT_EQ(set.text(0), "Good?");
  EXPECT_THAT(set.label_words(), ElementsAre("yes", "no"));
}

TEST(PromptSet, OfATaskTakesFilesOfRows) {
  const TempDir folder;
  internal::test::write_file(folder / "train.csv", "text,label\ngood one,positive\nbad one,negative\n");
  internal::test::write_file(folder / "test.csv", "text,label\ngood one,positive\n");
  const PromptSet set = PromptSet::from_task({.task = "reviews",
                                              .train = (folder / "train.csv").string(),
                                              .test = (folder / "test.csv").string(),
                                              .shots = 0,
                                              .labelled = -1});
  EXPECT_EQ(set.size(), 3);
  EXPECT_THAT(set.warnings(), Contains(HasSubstr("[test-rows-are-labelled-rows]")));
}

TEST(PromptSet, SaysWhatDoesNotFit) {
  EXPECT_EQ(error_of([] { PromptSet::from_task({}); }).code(), ErrorCode::usage);
  EXPECT_NE(error_of([] { PromptSet::from_task({.task = "no such task"}); }).hint(), "");
  EXPECT_EQ(error_of([] { PromptSet::from_file("/nowhere.jsonl"); }).code(), ErrorCode::missing_input);
  EXPECT_EQ(error_of([] { test::reviews().text(14); }).code(), ErrorCode::usage);
}

}  // namespace
}  // namespace partwise
