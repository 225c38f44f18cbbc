#include "readers/explain.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "support/runs.h"

namespace partwise::internal {
namespace {

/// One example, one layer, two heads and an MLP, three labels.
Contributions example_parts() {
  Contributions g;
  g.heads = Array<float>({1, 1, 2, 3});
  g.mlps = Array<float>({1, 1, 3});
  g.embed = g.bias = g.logits = Array<float>({1, 3});
  const float heads[] = {1, 2, 3, 0, 0, 0}, mlp[] = {5, 1, 1}, embed[] = {0, 1, 0};
  std::copy_n(heads, 6, g.heads.data());
  std::copy_n(mlp, 3, g.mlps.data());
  std::copy_n(embed, 3, g.embed.data());
  for (int y = 0; y < 3; ++y) g.logits(0, y) = heads[y] + mlp[y] + embed[y];  // 6, 4, 4
  return g;
}

TEST(Explain, NamesThePartsThatPushTowardsTheLabel) {
  const Explanation why = explain(*make_reader("full"), example_parts(), 0, 0, 3);
  ASSERT_EQ(why.parts.size(), 2u);  // L0H1 adds nothing
  EXPECT_EQ(why.parts[0].name, "L0MLP");
  EXPECT_DOUBLE_EQ(why.parts[0].contribution, 4.0);  // 5 - (1 + 1) / 2
  EXPECT_EQ(why.parts[1].name, "L0H0");
  EXPECT_DOUBLE_EQ(why.parts[1].contribution, -1.5);  // 1 - (2 + 3) / 2
  EXPECT_EQ(why.explains, Explains::full);
  EXPECT_DOUBLE_EQ(why.other_parts, 0);
  EXPECT_DOUBLE_EQ(why.outside, -0.5);  // 0 - (1 + 0) / 2
  EXPECT_DOUBLE_EQ(why.lead, 2.0);      // 6 - (4 + 4) / 2
  EXPECT_DOUBLE_EQ(why.sum_error(), 0);
}

TEST(Explain, DependsOnTheLabelAndTheNumberWanted) {
  const Explanation why = explain(*make_reader("full"), example_parts(), 0, 2, 1);
  ASSERT_EQ(why.parts.size(), 1u);
  EXPECT_EQ(why.parts[0].name, "L0H0");
  EXPECT_DOUBLE_EQ(why.parts[0].contribution, 1.5);  // 3 - (1 + 2) / 2
  EXPECT_DOUBLE_EQ(why.other_parts, -2.0);           // the MLP: 1 - (5 + 1) / 2
  EXPECT_DOUBLE_EQ(why.outside, -0.5);
  EXPECT_DOUBLE_EQ(why.lead, -1.0);  // 4 - (6 + 4) / 2
}

TEST(Explain, TheSumMissesWhatTheLogitsMiss) {
  Contributions g = example_parts();
  g.logits(0, 0) += 0.25f;
  EXPECT_DOUBLE_EQ(explain(*make_reader("full"), g, 0, 0, 3).sum_error(), 0.25);
}

TEST(Explain, OfAReaderThatDoesNotSplitNobodyKnowsWhatDroveIt) {
  for (const char* kind : {"calib+", "knn", "sav", "hidden-calibration", "bag-of-words", "linear-probe"}) {
    const Explanation why = explain(*make_reader(kind), example_parts(), 0, 0, 3);
    EXPECT_EQ(why.explains, Explains::nothing) << kind;
    EXPECT_TRUE(why.parts.empty()) << kind;
  }
}

/// No matter what a reader is fitted on, the parts it names are its own: they sum to its own lead.
TEST(Explain, EveryAnswerOfEveryReaderThatSplitsIsASumOfItsOwn) {
  internal::Run run = test::make_run(12, 3, 2, 3);
  std::int64_t n_kinds = 0;
  for (const ReaderKind& kind : reader_kinds()) {
    if (!kind.splits || kind.learns_from == LearnsFrom::content_free || kind.learns_from == LearnsFrom::random_words)
      continue;
    if (kind.reads_hidden || kind.reads_z) continue;  // the run has none of them
    ++n_kinds;
    const auto reader = kind.make();
    reader->fit(run.parts, run.labels, fit_rows(run));
    for (std::int64_t i = 0; i < 12; ++i)
      for (std::int64_t y = 0; y < 3; ++y) {
        const Explanation why = explain(*reader, run.parts, i, y, 3);
        EXPECT_NE(why.explains, Explains::nothing) << kind.name;
        EXPECT_LT(why.sum_error(), 1e-9) << kind.name << " " << i << " " << y;
        EXPECT_LE(why.parts.size(), 3u);
      }
  }
  EXPECT_GE(n_kinds, 5);
}

}  // namespace
}  // namespace partwise::internal
