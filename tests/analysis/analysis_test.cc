#include "analysis/analysis.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "base/json.h"
#include "decompose/run_file.h"
#include "support/paths.h"
#include "support/runs.h"

namespace partwise::internal {
namespace {

using ::testing::DoubleEq;
using ::testing::ElementsAre;

// One layer with one head. Rows 0 to 4 have label 0, rows 5 to 9 label 1. Digit i of `head`, `mlp` or `full` is what
// that part answers to row i.
internal::Run run_of_predictions(const std::string& head, const std::string& mlp,
                                 const std::string& full = "0000000000") {
  internal::Run run;
  run.parts.heads = Array<float>({10, 1, 1, 2});
  run.parts.mlps = Array<float>({10, 1, 2});
  run.parts.logits = Array<float>({10, 2});
  for (std::int64_t i = 0; i < 10; ++i) {
    run.labels.push_back(i >= 5);
    run.parts.heads(i, 0, 0, head[i] - '0') = 1;
    run.parts.mlps(i, 0, mlp[i] - '0') = 1;
    run.parts.logits(i, full[i] - '0') = 1;
  }
  return run;
}

TEST(Wilson, AgreesWithPublishedIntervals) {
  // Newcombe (1998), Statistics in Medicine 17:857, table I, method 3.
  const Proportion a = wilson(81, 263), b = wilson(15, 148), c = wilson(0, 20), d = wilson(1, 29);
  EXPECT_NEAR(a.low, 0.2553, 5e-5);
  EXPECT_NEAR(a.high, 0.3662, 5e-5);
  EXPECT_NEAR(b.low, 0.0624, 5e-5);
  EXPECT_NEAR(b.high, 0.1605, 5e-5);
  EXPECT_EQ(c.low, 0.0);
  EXPECT_NEAR(c.high, 0.1611, 5e-5);
  EXPECT_NEAR(d.low, 0.0061, 5e-5);
  EXPECT_NEAR(d.high, 0.1718, 5e-5);
}

TEST(Wilson, IsSymmetricAndSaysNothingAboutNothing) {
  const Proportion a = wilson(3, 10), b = wilson(7, 10), all = wilson(10, 10), none = wilson(0, 0);
  EXPECT_NEAR(a.low, 1 - b.high, 1e-15);
  EXPECT_EQ(all.high, 1.0);
  EXPECT_EQ(none.low, 0.0);
  EXPECT_EQ(none.high, 1.0);
}

TEST(Analyze, CountsHitsAndShares) {
  const Analysis analysis =
      analyze(run_of_predictions("0000011110", "1100011100", "0011111111"), {0, 1, 2, 3, 4, 5, 6, 7, 8, 9});
  EXPECT_EQ(analysis.full.hits, 7);
  EXPECT_EQ(analysis.chance, 0.5);
  EXPECT_THAT(analysis.label_counts, ElementsAre(5, 5));
  ASSERT_EQ(analysis.components.size(), 2u);
  EXPECT_EQ(analysis.components[0].component, (Component{0, 0}));
  EXPECT_EQ(analysis.components[0].accuracy.value, 0.9);
  EXPECT_THAT(analysis.components[0].label_shares, ElementsAre(0.6, 0.4));
  EXPECT_THAT(analysis.components[0].label_bias, DoubleEq(0.2));
  EXPECT_TRUE(analysis.components[1].component.is_mlp());
  EXPECT_EQ(analysis.components[1].accuracy.hits, 6);
  EXPECT_FALSE(analysis.has_certificate);
}

TEST(Analyze, TellsTheKindsApart) {
  auto kind_of = [](const std::string& predictions) {
    const internal::Run run = run_of_predictions(predictions, predictions);
    return to_string(analyze(run, pool_rows(run)).components[0].kind);
  };
  EXPECT_EQ(kind_of("0000011111"), "good");
  EXPECT_EQ(kind_of("1111100000"), "bad");
  EXPECT_EQ(kind_of("0000000000"), "biased");
  EXPECT_EQ(kind_of("1111111111"), "biased");
  EXPECT_EQ(kind_of("0101010101"), "plain");
  EXPECT_EQ(kind_of("0001100111"), "plain");  // 6 of 10: the interval includes 0.5
}

TEST(Analyze, MeasuresChanceByThePartsOwnShares) {
  // Nine of ten labels are 0. A part that answers 0 to eight rows and 1 to two is right on at least seven by luck.
  internal::Run run = run_of_predictions("0000000011", "0000000000");
  run.labels = {0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
  const ComponentStats head = analyze(run, pool_rows(run)).components[0];
  EXPECT_EQ(head.accuracy.hits, 9);
  EXPECT_EQ(head.kind, ComponentKind::plain);  // 0.8 * 0.9 + 0.2 * 0.1 = 0.74 lies inside of [0.60, 0.98]
}

TEST(Analyze, LooksOnlyAtTheRowsGivenAndOfThoseTheLabelled) {
  internal::Run run = run_of_predictions("0000011111", "0000000000");
  run.labels[0] = run.labels[9] = -1;
  const Analysis analysis = analyze(run, {0, 1, 2, 8, 9});
  EXPECT_EQ(analysis.full.n, 3);
  EXPECT_THAT(analysis.label_counts, ElementsAre(2, 1));
  EXPECT_THAT(analysis.components[0].label_shares, ElementsAre(2.0 / 3, 1.0 / 3));
  EXPECT_THROW(analyze(run, {0, 9}), Error);
  EXPECT_THROW(analyze(run, std::vector<std::int64_t>()), Error);
}

TEST(Analyze, TakesTheFirstLabelOnTies) {
  internal::Run run = run_of_predictions("0000000000", "0000000000");
  for (float& value : run.parts.heads.flat()) value = 0;
  EXPECT_THAT(analyze(run, pool_rows(run)).components[0].label_shares, ElementsAre(1.0, 0.0));
}

TEST(Analyze, ReportsTheLargestCertificate) {
  const internal::Run run = test::make_run(9, 2, 2, 3);
  const Analysis analysis = analyze(run, pool_rows(run));
  EXPECT_TRUE(analysis.has_certificate);
  EXPECT_EQ(analysis.certificate_max, 8 * 0x1p-24);
}

TEST(Analyze, MeansThePushToTheMostFrequentAnswer) {
  internal::Run run = test::make_run(2, 1, 1, 3);
  run.labels = {0, 1};
  for (float& value : run.parts.heads.flat()) value = 0;
  run.parts.heads(0, 0, 0, 2) = 3;  // pushes label 2 by 3 - 0
  run.parts.heads(1, 0, 0, 0) = 1;
  run.parts.heads(1, 0, 0, 2) = 2;  // pushes it by 2 - (1 + 0) / 2
  EXPECT_THAT(analyze(run, {0, 1}).components[0].push, DoubleEq((3 + 1.5) / 2));
}

TEST(Rankings, PutBiasedPartsFirstByTheirPush) {
  Analysis analysis;
  const std::vector<std::tuple<double, double, ComponentKind>> parts = {{1.0, 0.1, ComponentKind::biased},
                                                                        {0.9, 7.0, ComponentKind::plain},
                                                                        {0.95, 0.5, ComponentKind::biased},
                                                                        {0.2, 9.0, ComponentKind::good},
                                                                        {1.0, 0.1, ComponentKind::biased}};
  for (const auto& [bias, push, kind] : parts) {
    ComponentStats& stats = analysis.components.emplace_back();
    stats.label_bias = bias;
    stats.push = push;
    stats.kind = kind;
  }
  EXPECT_THAT(analysis.most_biased(9), ElementsAre(2, 0, 4, 1, 3));
  EXPECT_THAT(analysis.most_biased(2), ElementsAre(2, 0));
}

TEST(Rankings, AreByAccuracyAndBiasWithTiesInOrder) {
  Analysis analysis;
  const std::vector<std::pair<int, double>> hits_and_bias = {{5, 0.1}, {9, 0.3}, {2, 1.0}, {9, 1.0}, {2, 0.0}};
  for (auto [hits, bias] : hits_and_bias) {
    ComponentStats stats;
    stats.accuracy = wilson(hits, 10);
    stats.label_bias = bias;
    analysis.components.push_back(stats);
  }
  EXPECT_THAT(analysis.best(3), ElementsAre(1, 3, 0));
  EXPECT_THAT(analysis.worst(3), ElementsAre(2, 4, 0));
  EXPECT_THAT(analysis.most_biased(9), ElementsAre(2, 3, 1, 0, 4));
  EXPECT_TRUE(analysis.best(0).empty());
}

TEST(Analyze, AgreesWithTheSharedRuns) {
  if (!test::shared_dir()) GTEST_SKIP() << "shared fixtures are not here";
  const auto folder = *test::shared_dir() / "fixtures/runs";
  const Json expected = read_json_file(folder / "expected.json");
  for (const std::string task : {"sst2", "agnews"}) {
    const internal::Run run = read_run(folder / (task + ".test.safetensors"));
    const Analysis analysis = analyze(run, test_rows(run));
    const Json& want = expected.at(task);
    EXPECT_NEAR(analysis.full.value, want.at("full"), 1e-12);
    EXPECT_NEAR(analysis.components[analysis.best(1)[0]].accuracy.value, want.at("best_component"), 1e-12);
    EXPECT_NEAR(analysis.components[analysis.worst(1)[0]].accuracy.value, want.at("worst_component"), 1e-12);
    ASSERT_EQ(analysis.components.size(), want.at("component_accuracy").size());
    for (std::size_t c = 0; c < analysis.components.size(); ++c) {
      EXPECT_NEAR(analysis.components[c].accuracy.value, want.at("component_accuracy")[c], 1e-12) << task << " " << c;
    }
  }
}

}  // namespace
}  // namespace partwise::internal
