#include "prompts/splits.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/errors.h"

namespace partwise::internal {
namespace {

PromptSet two_prompts(std::int32_t first_label, std::int32_t second_label, std::vector<Split> split) {
  PromptSet set;
  set.prompts.push_back({.label = first_label});
  set.prompts.push_back({.label = second_label});
  set.split = std::move(split);
  return set;
}

TEST(Splits, EveryPromptIsJudgedOnIfThereAreNone) {
  const PromptSet set = two_prompts(0, 0, {});
  EXPECT_TRUE(is_test(set, 1));
  EXPECT_FALSE(is_split(set, 1, Split::test));
}

TEST(Splits, TellPromptsApart) {
  const PromptSet set = two_prompts(0, 0, {Split::pool, Split::test});
  EXPECT_FALSE(is_test(set, 0));
  EXPECT_TRUE(is_test(set, 1));
  EXPECT_TRUE(is_split(set, 0, Split::pool));
}

TEST(CheckTestLabels, WantsATestRowWithALabel) {
  EXPECT_NO_THROW(check_test_labels(two_prompts(-1, 1, {}), "to see"));
  EXPECT_NO_THROW(check_test_labels(two_prompts(-1, 1, {Split::pool, Split::test}), "to see"));
  for (const PromptSet& set : {two_prompts(-1, -1, {}), two_prompts(1, -1, {Split::pool, Split::test}),
                               two_prompts(1, 1, {Split::pool, Split::content_free})}) {
    const Error error = test::error_of([&] { check_test_labels(set, "to see"); });
    EXPECT_EQ(error.code(), ErrorCode::bad_data);
    EXPECT_STREQ(error.what(), "there is no test row with a label to see");
    EXPECT_EQ(error.remedies().empty(), set.split.empty()) << "a file of prompts has no file of test rows";
  }
}

}  // namespace
}  // namespace partwise::internal
