#include "session/other_prompts.h"

#include <gtest/gtest.h>

namespace partwise::internal {
namespace {

RunInfo reviews() {
  return {{{"task", "reviews"}, {"template", "0"}, {"shots", "2"}, {"seed", "1"}, {"demonstrations", R"(["a"])"}}};
}

RunInfo with(RunInfo info, const std::string& key, const std::string& value) {
  info.entries[key] = value;
  return info;
}

TEST(OtherPrompts, NamesEveryFactThatDiffersAndBothValues) {
  EXPECT_EQ(other_prompts(reviews(), reviews()), "");
  EXPECT_EQ(other_prompts(reviews(), with(reviews(), "task", "news")), "task 'reviews', here 'news'");
  EXPECT_EQ(other_prompts(reviews(), with(with(reviews(), "template", "1"), "seed", "2")),
            "template '0', here '1'; seed of demonstrations '1', here '2'");
  EXPECT_EQ(other_prompts(reviews(), with(reviews(), "chat_template_hash", "ab")), "other chat template");
}

TEST(OtherPrompts, SeesOtherDemonstrationsOfTheSameSeed) {
  EXPECT_EQ(other_prompts(reviews(), with(reviews(), "demonstrations", R"(["b"])")), "other demonstrations");
}

TEST(OtherPrompts, TheSeedMeansNothingWithoutDemonstrations) {
  const RunInfo none = with(with(reviews(), "shots", "0"), "demonstrations", "[]");
  EXPECT_EQ(other_prompts(none, with(none, "seed", "2")), "");
}

TEST(OtherPrompts, TestRowsMayDiffer) {
  EXPECT_EQ(other_prompts(with(reviews(), "prompt_ids", "1"), with(reviews(), "prompt_ids", "2")), "");
}

TEST(OtherPrompts, SeesAnotherWordingUnderTheSameNames) {
  const RunInfo one = with(reviews(), "recipe", R"({"doc_to_text": "{{text}}"})");
  EXPECT_EQ(other_prompts(one, one), "");
  EXPECT_EQ(other_prompts(one, with(one, "recipe", R"({"doc_to_text": "Review: {{text}}"})")), "other wording");
}

TEST(OtherPrompts, APromptFileIsNoTaskAndMayHaveOtherRows) {
  const RunInfo file{{{"prompts", "a.jsonl"}}};
  EXPECT_EQ(other_prompts(file, with(file, "prompts", "b.jsonl")), "");
  EXPECT_EQ(other_prompts(file, with({}, "task", "reviews")), "task none, here 'reviews'");
  EXPECT_EQ(other_prompts(file, {}), "");
}

}  // namespace
}  // namespace partwise::internal
