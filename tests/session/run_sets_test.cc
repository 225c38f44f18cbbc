#include "session/run_sets.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "prompts/prompts.h"
#include "support/errors.h"
#include "support/runs.h"

namespace partwise::internal {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// Six rows in three sets: set 1 shows the first two, set 2 the next two.
internal::Run run_of_three() {
  internal::Run run = test::make_run(6, 2, 2, 2);
  run.parts.other_sets = {test::make_run(6, 2, 2, 2).parts, test::make_run(6, 2, 2, 2).parts};
  run.parts.demonstration_of = {1, 1, 2, 2, 0, 0};
  run.split = {Split::demonstration, Split::demonstration, Split::pool, Split::pool, Split::pool, Split::test};
  run.info.set(facts::kSets, 3);
  run.info.set(facts::kSetRecipes, {PromptRecipe{.task = "none"}, PromptRecipe{.task = "second"}});
  run.info.set(facts::kBlocks, {{"rows.jsonl line 3"}});
  return run;
}

TEST(RunSets, AllAreTheRunItself) {
  const internal::Run run = run_of_three();
  EXPECT_EQ(n_sets(run), 3);
  EXPECT_EQ(with_sets(run, 3).info, run.info);
  EXPECT_EQ(with_sets(run, 3).parts.n_examples(), 6);
}

TEST(RunSets, OneLeavesOutTheRowsThatItShows) {
  const internal::Run run = run_of_three(), one = with_sets(run, 1);
  EXPECT_EQ(n_sets(one), 1);
  EXPECT_THAT(one.split, ElementsAre(Split::pool, Split::pool, Split::pool, Split::test));
  EXPECT_EQ(one.parts.logits(0, 0), run.parts.logits(2, 0));
  EXPECT_TRUE(one.parts.demonstration_of.empty());
  EXPECT_FALSE(one.info.has(facts::kSets.key));
  EXPECT_FALSE(one.info.has(facts::kSetRecipes.key));
}

TEST(RunSets, TwoAreThoseWithoutAndWithTheFirstDemonstrations) {
  const internal::Run two = with_sets(run_of_three(), 2);
  EXPECT_EQ(n_sets(two), 2);
  EXPECT_THAT(two.parts.demonstration_of, ElementsAre(1, 1, 0, 0, 0, 0));
  EXPECT_EQ(two.info.find(facts::kSets), 2);
  EXPECT_THAT(*two.info.find(facts::kSetRecipes), ElementsAre(::testing::Field(&PromptRecipe::task, "none")));
}

TEST(RunSets, NotMoreThanThereAre) {
  const Error error = test::error_of([] { with_sets(test::make_run(6, 2, 2, 2), 2); });
  EXPECT_EQ(error.code(), ErrorCode::usage);
  EXPECT_THAT(error.what(), HasSubstr("the run has 1"));
}

}  // namespace
}  // namespace partwise::internal
