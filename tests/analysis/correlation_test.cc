#include "analysis/correlation.h"

#include <gtest/gtest.h>

#include "analysis/answers.h"
#include "support/runs.h"

namespace partwise::internal {
namespace {

const std::vector<double> kFirst = {0.5, 0.7, 0.6, 0.55, 0.9, 0.4}, kSecond = {0.52, 0.6, 0.7, 0.5, 0.8, 0.45};

TEST(Pearson, IsThatOfSciPy) {  // scipy.stats.pearsonr(a, b), .confidence_interval(0.95)
  const double r = pearson(kFirst, kSecond);
  EXPECT_NEAR(r, 0.8887202339624618, 1e-15);
  const Interval interval = fisher_interval(r, 6);
  EXPECT_NEAR(interval.low, 0.27680435045994123, 1e-12);
  EXPECT_NEAR(interval.high, 0.9878173388418796, 1e-12);
}

TEST(Pearson, AtItsEnds) {
  EXPECT_DOUBLE_EQ(pearson(kFirst, kFirst), 1);
  EXPECT_EQ(pearson(kFirst, std::vector<double>(6, 0.5)), 0);
  EXPECT_EQ(fisher_interval(1, 10).low, 1);
  EXPECT_EQ(fisher_interval(0.5, 3).low, -1);
  EXPECT_EQ(fisher_interval(0.5, 3).high, 1);
}

TEST(TopOverlap, IsIntersectionOverUnion) {
  EXPECT_DOUBLE_EQ(top_overlap(kFirst, kSecond, 1), 1);
  EXPECT_DOUBLE_EQ(top_overlap(kFirst, kSecond, 2), 1.0 / 3);  // {4, 1} and {4, 2}
  EXPECT_DOUBLE_EQ(top_overlap(kFirst, kSecond, 3), 1);
  EXPECT_DOUBLE_EQ(top_overlap(kFirst, kSecond, 100), 1);
  EXPECT_DOUBLE_EQ(top_overlap(std::vector{0.5, 0.5, 0.5}, std::vector{0.1, 0.2, 0.3}, 1), 0);  // the first on ties
}

/// One layer with two heads. Head 0 is always right. Head 1 is right on the first `n` of every four rows of a label.
internal::Run two_heads(std::int64_t n_rows, std::int64_t n) {
  internal::Run run = test::make_run(n_rows, 1, 2, 2);
  std::fill_n(run.parts.mlps.data(), run.parts.mlps.size(), 0.0f);
  for (std::int64_t i = 0; i < n_rows; ++i) {
    const std::int64_t label = run.labels[i], other = 1 - label;
    run.parts.heads(i, 0, 0, label) = run.parts.heads(i, 0, 1, (i / 2) % 4 < n ? label : other) = 1;
    run.parts.heads(i, 0, 0, other) = run.parts.heads(i, 0, 1, (i / 2) % 4 < n ? other : label) = 0;
  }
  return run;
}

TEST(PartReliability, IsHighWherePartsDifferByMoreThanLuck) {
  std::vector<std::int64_t> rows(80);
  for (std::size_t i = 0; i < rows.size(); ++i) rows[i] = static_cast<std::int64_t>(i);
  const PartAnswers answers = part_answers(two_heads(80, 1), rows);
  EXPECT_GT(part_reliability(answers), 0.9);
  EXPECT_EQ(part_reliability(part_answers(two_heads(80, 1), {0, 1, 2})), 0);
  EXPECT_EQ(part_reliability(answers), part_reliability(part_answers(two_heads(80, 1), rows)));
}

// A part that always answers one label is right on half of the rows of any stratified half, so all parts are tied.
TEST(PartReliability, OfPartsThatAreAllAlikeIsNothing) {
  internal::Run run = test::make_run(40, 1, 2, 2);
  for (Array<float>* part : {&run.parts.heads, &run.parts.mlps}) std::fill_n(part->data(), part->size(), 0.0f);
  std::vector<std::int64_t> rows(40);
  for (std::size_t i = 0; i < rows.size(); ++i) rows[i] = static_cast<std::int64_t>(i);
  EXPECT_EQ(part_reliability(part_answers(run, rows)), 0);
}

}  // namespace
}  // namespace partwise::internal
