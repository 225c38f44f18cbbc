#include "analysis/evaluation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "base/error.h"
#include "decompose/run_file.h"
#include "readers/fits.h"

namespace partwise::internal {
namespace {

using ::testing::ElementsAre;

// Full-model logits whose softmax is the given probability of label 1, over two labels (of three).
internal::Run run_of_probabilities(const std::vector<std::pair<int, double>>& label_and_p1, std::int64_t n_labels = 2) {
  const std::int64_t n = std::ssize(label_and_p1);
  internal::Run run;
  run.parts.heads = Array<float>({n, 1, 1, n_labels});
  run.parts.mlps = Array<float>({n, 1, n_labels});
  run.parts.logits = Array<float>({n, n_labels}, -1000.0f);
  for (std::int64_t i = 0; i < n; ++i) {
    const auto [label, p1] = label_and_p1[i];
    run.labels.push_back(label);
    run.parts.logits(i, 0) = 0;
    run.parts.logits(i, 1) = static_cast<float>(std::log(p1 / (1 - p1)));
  }
  return run;
}

TEST(Evaluate, AgreesWithValuesByHand) {
  const internal::Run run = run_of_probabilities({{1, 0.9}, {1, 0.6}, {1, 0.2}, {0, 0.3}, {0, 0.7}});
  const Evaluation e = evaluate(*make_reader("full"), run, pool_rows(run));
  EXPECT_EQ(e.n(), 5);
  EXPECT_EQ(e.accuracy.hits, 3);
  EXPECT_THAT(e.confusion.flat(), ElementsAre(1, 1, 1, 2));
  EXPECT_NEAR(e.nll, -std::log(0.9 * 0.6 * 0.2 * 0.7 * 0.3) / 5, 1e-7);
  EXPECT_NEAR(e.macro_f1, (2.0 * 1 / (2 + 2) + 2.0 * 2 / (3 + 3)) / 2, 1e-12);
  EXPECT_NEAR(e.brier, 2 * (0.1 * 0.1 + 0.4 * 0.4 + 0.8 * 0.8 + 0.3 * 0.3 + 0.7 * 0.7) / 5, 1e-7);
  EXPECT_THAT(e.right, ElementsAre(true, true, false, true, false));
  ASSERT_EQ(e.rows.size(), 5u);
  EXPECT_EQ(e.rows[2].example, 2);
  EXPECT_EQ(e.rows[2].label, 1);
  EXPECT_EQ(e.rows[2].answer, 0);
  EXPECT_NEAR(e.rows[2].probability, 0.8, 1e-7);
}

TEST(Evaluate, CalibrationErrorComparesAccuracyWithConfidenceBinByBin) {
  // Confidences 0.95, 0.95 (one right) and 0.65 (right): (|1 - 1.9| + |1 - 0.65|) / 3.
  const internal::Run run = run_of_probabilities({{1, 0.95}, {0, 0.95}, {0, 0.35}});
  EXPECT_NEAR(evaluate(*make_reader("full"), run, pool_rows(run)).ece, 1.25 / 3, 1e-6);
}

TEST(Evaluate, BrierScoreCountsEveryLabel) {
  // Three labels at (1/2, 1/2, 0): (1/2)^2 + (1/2)^2 where a label of the two is true, (1/2)^2 + (1/2)^2 + 1 for the
  // third.
  const internal::Run run = run_of_probabilities({{0, 0.5}, {2, 0.5}}, 3);
  EXPECT_NEAR(evaluate(*make_reader("full"), run, pool_rows(run)).brier, (0.5 + 1.5) / 2, 1e-12);
}

TEST(Evaluate, LeavesLabelsThatDoNotOccurOutOfMacroF1) {
  const internal::Run run = run_of_probabilities({{1, 0.9}, {0, 0.1}}, 3);
  EXPECT_EQ(evaluate(*make_reader("full"), run, pool_rows(run)).macro_f1, 1.0);
}

TEST(Evaluate, StaysFiniteWhereAProbabilityUnderflows) {
  const internal::Run run = run_of_probabilities({{2, 0.5}}, 3);
  const Evaluation e = evaluate(*make_reader("full"), run, pool_rows(run));
  EXPECT_NEAR(e.nll, 708.4, 0.01);
  EXPECT_EQ(e.macro_f1, 0.0);
}

TEST(Evaluate, SkipsRowsWithoutLabels) {
  const internal::Run run = run_of_probabilities({{-1, 0.9}, {1, 0.6}});
  EXPECT_EQ(evaluate(*make_reader("full"), run, pool_rows(run)).n(), 1);
  EXPECT_THROW(evaluate(*make_reader("full"), run, {0}), Error);
}

TEST(Evaluate, AgreesWithTheSharedRuns) {
  const std::vector<test::SharedTask> tasks = test::shared_tasks();
  if (tasks.empty()) GTEST_SKIP() << "shared fixtures are not here";
  for (const auto& [task, folder, pool, rows, expected] : tasks) {
    const std::map<std::string, double> wanted = {{"full", expected.at("full")},
                                                  {"comprw", expected.at("comprw").at("test_accuracy")},
                                                  {"calib+", expected.at("calib_plus").at("test_accuracy")}};
    for (const auto& [name, accuracy] : wanted) {
      auto reader = make_reader(name);
      reader->fit(pool.parts, pool.labels, fit_rows(pool));
      EXPECT_NEAR(evaluate(*reader, rows, test_rows(rows)).accuracy.value, accuracy, 1e-12) << task << " " << name;
    }
  }
}

}  // namespace
}  // namespace partwise::internal
