#include "session/decompose_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "session/decompose_job.h"
#include "support/paths.h"

namespace partwise::internal {
namespace {

using ::testing::ElementsAre;

/// Prompts of three tokens, the first two of which are the same in all.
PromptSet prompts_by_split(const std::vector<Split>& splits) {
  PromptSet set;
  set.label_words = {"good", "bad"};
  for (const Split split : splits) {
    Prompt& prompt = set.prompts.emplace_back();
    prompt.ids = {1, 5, static_cast<TokenId>(10 + set.split.size())};
    prompt.label_ids = {304, 302};
    set.split.push_back(split);
  }
  return set;
}

TEST(PlanOfDecompose, CountsPromptsAndTokens) {
  const LoadedModel loaded({(test::source_dir() / "tests" / "golden" / "tiny-llama").string(), {}, {}});
  const PromptSet set = prompts_by_split({Split::pool, Split::test, Split::test, Split::content_free});
  const DecomposePlan plan = plan_of_decompose(loaded, set, {.ablate = {"L0H1"}});
  EXPECT_EQ(plan.model, "tiny-llama");
  EXPECT_EQ(plan.n_components, 3 * (4 + 1));
  EXPECT_TRUE(plan.has_split);
  EXPECT_EQ(plan.n_prompts, 4);
  EXPECT_EQ(plan.n_pool, 1);
  EXPECT_EQ(plan.n_test, 2);
  EXPECT_EQ(plan.stats.n_prompt_tokens, 4 * 3);
  EXPECT_EQ(plan.stats.n_computed_tokens, 2 + 4);
  EXPECT_THAT(plan.label_words, ElementsAre("good", "bad"));
  EXPECT_THAT(plan.without, ElementsAre("L0H1"));
  EXPECT_EQ(plan.stored, "");
}

}  // namespace
}  // namespace partwise::internal
