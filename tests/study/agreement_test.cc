#include "study/agreement.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "study/comparison.h"
#include "support/errors.h"
#include "support/runs.h"

namespace partwise::internal {
namespace {

using ::testing::HasSubstr;

TEST(Relation, IsTheFirstThatHolds) {
  const RunKey base{"m", "sst2", "review", 0};
  RunKey other = base;
  EXPECT_EQ(relation(base, other), Relation::same);
  other.seed = 1;
  EXPECT_EQ(relation(base, other), Relation::seed);
  other.template_name = "opinion";
  EXPECT_EQ(relation(base, other), Relation::template_wording);
  other.template_name = "review-line";
  other.pair_of = "review";
  EXPECT_EQ(relation(base, other), Relation::minimal_pair);
  EXPECT_EQ(relation(other, base), Relation::minimal_pair);
  other = {"m", "yelp", "review", 0, "", "sst2"};
  EXPECT_EQ(relation(base, other), Relation::ood);
  EXPECT_EQ(relation(other, base), Relation::ood);
  other.ood_of = "";
  EXPECT_EQ(relation(base, other), Relation::task);
  other.model = "n";
  EXPECT_EQ(relation(base, other), Relation::model);
}

/// Three seeds of one task. Correlations are 1 (seeds 0 and 1), -1 (0 and 2) and -1 (1 and 2).
std::vector<PairAgreement> three_seeds() {
  const std::vector<RunKey> keys = {{"m", "t", "x", 0}, {"m", "t", "x", 1}, {"m", "t", "x", 2}};
  return pair_agreements(keys, {{0.1, 0.5, 0.9, 0.2}, {0.2, 1.0, 1.8, 0.4}, {0.9, 0.5, 0.1, 0.8}});
}

TEST(Relation, TellsPromptsAndModelsOfOneNameApart) {
  const RunKey base{.model = "m", .fingerprint = "1", .prompt_ids = "a"};  // from a prompt file, so without a task
  RunKey other = base;
  EXPECT_EQ(relation(base, other), Relation::same);
  other.prompt_ids = "";
  EXPECT_EQ(relation(base, other), Relation::same);  // as far as is known
  other.prompt_ids = "b";
  EXPECT_EQ(relation(base, other), Relation::prompts);
  other.task = "films";
  EXPECT_EQ(relation(base, other), Relation::task);  // not one that is out of distribution for the task ""
  other.fingerprint = "2";
  EXPECT_EQ(relation(base, other), Relation::model);
}

TEST(PairAgreements, AreAllPairs) {
  const std::vector<PairAgreement> pairs = three_seeds();
  ASSERT_EQ(pairs.size(), 3u);
  EXPECT_DOUBLE_EQ(pairs[0].correlation, 1);
  EXPECT_DOUBLE_EQ(pairs[1].correlation, -1);
  EXPECT_EQ(pairs[2].first, 1u);
  EXPECT_EQ(pairs[2].second, 2u);
  EXPECT_EQ(pairs[0].relation, Relation::seed);
  EXPECT_EQ(pairs[0].overlap, 1);  // there are only four parts, so all are among the best five
}

// The bootstrap draws three runs with replacement. Two different runs give a pair, with the product of their counts as
// weight. The mean is 1 if only runs 0 and 1 were drawn, -1 if run 2 and one other were, and (1 - 1 - 1) / 3 if all
// were.
TEST(GroupAgreements, ResampleWholeRuns) {
  const std::vector<GroupAgreement> groups = group_agreements(three_seeds(), 3);
  ASSERT_EQ(groups.size(), 1u);
  EXPECT_EQ(groups[0].relation, Relation::seed);
  EXPECT_EQ(groups[0].n_pairs, 3);
  EXPECT_NEAR(groups[0].correlation.value, -1.0 / 3, 1e-12);
  EXPECT_DOUBLE_EQ(groups[0].correlation.interval->low, -1);
  EXPECT_DOUBLE_EQ(groups[0].correlation.interval->high, 1);
  EXPECT_EQ(groups[0].overlap.interval->low, 1);
}

TEST(GroupAgreements, HaveNoIntervalOfOnePair) {
  std::vector<PairAgreement> pairs = three_seeds();
  pairs.resize(1);
  const GroupAgreement group = group_agreements(pairs, 3).at(0);
  EXPECT_EQ(group.correlation.value, pairs[0].correlation);
  EXPECT_FALSE(group.correlation.interval);
  EXPECT_FALSE(group.overlap.interval);
}

internal::Run named_run(std::uint64_t seed, const std::string& task, const std::string& wording) {
  internal::Run run = test::make_run(40, 2, 2, 2, seed + 1);
  run.info.entries = {{"model", "m"}, {"task", task}, {"template", wording}, {"seed", std::to_string(seed)}};
  if (wording == "review-line") run.info.entries["minimal_pair_of"] = "review";
  if (task == "yelp") run.info.entries["ood_of"] = "sst2";
  return run;
}

TEST(CompareRuns, KnowWhatTheirTasksSayOfEachOther) {
  const Comparison comparison = compare_runs(
      {compared_run("a", named_run(0, "sst2", "review")), compared_run("b", named_run(1, "sst2", "review-line")),
       compared_run("c", named_run(0, "yelp", "review")), compared_run("d", named_run(0, "mine", "review"))});
  std::vector<Relation> relations;
  for (const PairAgreement& pair : comparison.pairs) relations.push_back(pair.relation);
  EXPECT_EQ(relations, (std::vector{Relation::minimal_pair, Relation::ood, Relation::task, Relation::ood,
                                    Relation::task, Relation::task}));
}

TEST(CompareRuns, NeedTheSameParts) {
  const auto run = [](std::string name, std::int64_t heads) {
    return compared_run(std::move(name), test::make_run(20, 2, heads, 2));
  };
  const Error error = test::error_of([&] { compare_runs({run("a", 2), run("b", 3)}); });
  EXPECT_EQ(error.code(), ErrorCode::bad_data);
  EXPECT_THAT(error.what(), HasSubstr("a has 2 layers of 2 heads, b has 2 of 3"));
  EXPECT_EQ(test::error_of([&] { compare_runs({run("a", 2)}); }).code(), ErrorCode::usage);
}

}  // namespace
}  // namespace partwise::internal
