#include "study/methods.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "study/parts.h"
#include "support/studies.h"

namespace partwise::internal {
namespace {

using test::answers;
using test::run_of;
using test::study_of_methods;
using ::testing::ElementsAre;

TEST(Methods, AreTheSameWhateverTheNumberOfDemonstrations) {
  EXPECT_THAT(method_keys(study_of_methods()),
              ElementsAre(MethodKey{"icl", 0}, MethodKey{"icl", kMainShots}, MethodKey{"icl", 24},
                          MethodKey{"reweight", 12}, MethodKey{"reweight", 24}, MethodKey{"batch-calibration", 0}));
}

TEST(Methods, WithoutDemonstrationsAreThereForEverySeed) {
  const std::vector<MethodRow> rows = method_rows(study_of_methods());
  ASSERT_EQ(rows.size(), 2u * 2u * 6u);
  EXPECT_EQ(rows[0].key, (MethodKey{"icl", 0}));
  EXPECT_EQ(rows[0].seed, 0u);
  EXPECT_EQ(rows[6].key, (MethodKey{"icl", 0}));
  EXPECT_EQ(rows[6].seed, 1u);
  EXPECT_EQ(rows[12].task, "b");
}

const MethodSummary& summary(const std::vector<MethodSummary>& all, const MethodKey& key, const std::string& task) {
  for (const MethodSummary& s : all)
    if (s.key == key && s.task == task) return s;
  throw std::runtime_error("no such summary");
}

TEST(Methods, AreMeansOverRunsAndTasks) {
  const std::vector<MethodSummary> all = summarize_methods(study_of_methods());
  const MethodSummary& reweight = summary(all, {"reweight", 24}, "a");
  EXPECT_EQ(reweight.n_runs, 2);
  EXPECT_DOUBLE_EQ(reweight.accuracy, 0.875);
  EXPECT_DOUBLE_EQ(*reweight.sd, std::sqrt(2 * 0.125 * 0.125));
  EXPECT_DOUBLE_EQ(reweight.difference->value, 0.875 - 0.625);
  EXPECT_EQ(
      reweight.difference->value,
      difference_over_runs(std::vector<std::pair<RightRows, RightRows>>{{"1110", "1111"}, {"1010", "1110"}}).value);
  EXPECT_FALSE(summary(all, {"icl", 24}, "a").difference);  // of itself
  const MethodSummary& over_tasks = summary(all, {"reweight", 24}, "");
  EXPECT_EQ(over_tasks.n_runs, 4);
  EXPECT_DOUBLE_EQ(over_tasks.accuracy, 0.875);
  EXPECT_DOUBLE_EQ(over_tasks.difference->value, 0.25);
  EXPECT_LT(over_tasks.difference->standard_error, reweight.difference->standard_error);
}

TEST(Methods, WithoutDemonstrationsAreOneRunWhateverTheSeeds) {
  StudyResults results = study_of_methods();
  ModelResults& model = results.models[0];
  for (std::uint64_t seed : {0, 1})
    model.runs.push_back(run_of("a", seed, 24, false, {answers("icl", 24, 24, seed == 0 ? "1111" : "0111")}));
  model.runs.push_back(run_of("a", 0, 0, false, {answers("icl", 0, 0, "1100")}));
  for (std::size_t i = model.runs.size() - 3; i < model.runs.size(); ++i) model.runs[i].template_name = "other";
  const MethodSummary bare = summary(summarize_methods(results), {"icl", 0}, "a");
  EXPECT_EQ(bare.n_runs, 2);  // templates
  const PairedRuns alone = {{"0000", "1000"}, {"0000", "1100"}};
  EXPECT_EQ(bare.estimate.standard_error, difference_over_runs(alone).standard_error);
  EXPECT_EQ(bare.estimate.degrees, difference_over_runs(alone).degrees);
  const std::vector<PairedRuns> clusters = {{{"1110", "1000"}, {"1010", "1000"}}, {{"1111", "1100"}, {"0111", "1100"}}};
  EXPECT_EQ(bare.difference->value, -0.375);
  EXPECT_EQ(bare.difference->standard_error, clustered_difference(clusters).standard_error);
}

TEST(Methods, OfMainRunsWithoutDemonstrationsDependOnASeedByTheirPool) {
  StudyResults results = study_of_methods();
  results.tasks = {"a"};
  results.models[0].runs.clear();
  for (std::uint64_t seed : {0, 1})
    results.models[0].runs.push_back(run_of("a", seed, 0, true,
                                            {answers("icl", 0, 0, "1100"), answers("batch-calibration", 0, 0, "1001"),
                                             answers("reweight", 0, 12, seed == 0 ? "1101" : "1111")}));
  const std::vector<MethodSummary> all = summarize_methods(results);
  EXPECT_EQ(summary(all, {"icl", kMainShots}, "a").n_runs, 1);
  EXPECT_EQ(summary(all, {"batch-calibration", 0}, "a").n_runs, 1);
  EXPECT_EQ(summary(all, {"reweight", 12}, "a").n_runs, 2);
}

TEST(Methods, HaveNoMeanOverTasksWhereOneLacksThem) {
  StudyResults results = study_of_methods();
  std::erase_if(results.models[0].runs, [](const RunResult& run) { return run.task == "b" && run.shots == 24; });
  const std::vector<MethodSummary> all = summarize_methods(results);
  EXPECT_THROW(summary(all, {"icl", 24}, ""), std::runtime_error);
  EXPECT_FALSE(summary(all, {"reweight", 24}, "").difference);  // but the reader has one
  EXPECT_FALSE(summary(all, {"reweight", 24}, "b").difference);
}

/// A run with ten rows and two parts that have these numbers of hits.
RunResult with_parts(std::string task, std::uint64_t seed, std::int64_t first, std::int64_t second) {
  RunResult run{std::move(task), "plain", seed, 4, true};
  run.n = 10;
  run.n_layers = run.n_heads = 1;
  run.full_accuracy = 0.6;
  run.chance = 0.5;
  run.parts.resize(2);
  run.parts[0].hits = first;
  run.parts[1].hits = second;
  return run;
}

TEST(Parts, AreTransferredBetweenAllRuns) {
  StudyResults results;
  results.tasks = {"a", "b"};
  results.models = {{"m", "", {with_parts("a", 0, 8, 2), with_parts("a", 1, 4, 9), with_parts("b", 0, 5, 7)}}};
  const std::vector<TransferRow> rows = transfer_rows(results);
  ASSERT_EQ(rows.size(), 6u);
  EXPECT_EQ(rows[0].part, 0);
  EXPECT_DOUBLE_EQ(rows[0].accuracy, 0.4);
  EXPECT_EQ(rows[0].best, 1);
  EXPECT_DOUBLE_EQ(rows[0].best_accuracy, 0.9);
  const auto matrix = transfer_matrix(results, "m", rows);
  EXPECT_EQ(matrix[0][0].n_pairs, 2);
  EXPECT_DOUBLE_EQ(matrix[0][0].accuracy, (0.4 + 0.2) / 2);
  EXPECT_EQ(matrix[0][1].n_pairs, 2);
  EXPECT_DOUBLE_EQ(matrix[0][1].accuracy, (0.5 + 0.7) / 2);
  EXPECT_DOUBLE_EQ(matrix[0][1].best_accuracy, 0.7);
  EXPECT_EQ(matrix[1][1].n_pairs, 0);
}

TEST(Parts, AreAveragedOverRuns) {
  const RunResult a = with_parts("a", 0, 8, 2), b = with_parts("a", 1, 4, 9);
  EXPECT_THAT(mean_part_accuracies({&a, &b}), ElementsAre(::testing::DoubleEq(0.6), ::testing::DoubleEq(0.55)));
}

}  // namespace
}  // namespace partwise::internal
