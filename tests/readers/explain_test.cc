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
  EXPECT_FALSE(why.of_reader) << "it is the model itself";
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

TEST(Explain, AReaderThatDoesNotSplitIsExplainedByTheFullModel) {
  const Explanation whole = explain(*make_reader("full"), example_parts(), 0, 0, 1);
  const Explanation calib = explain(*make_reader("calib+"), example_parts(), 0, 0, 1);
  EXPECT_FALSE(calib.of_reader);
  ASSERT_EQ(calib.parts.size(), whole.parts.size());
  EXPECT_EQ(calib.parts[0].name, whole.parts[0].name);
  EXPECT_EQ(calib.other_parts, whole.other_parts);
  EXPECT_EQ(calib.outside, whole.outside);
  EXPECT_EQ(calib.lead, whole.lead);
}

TEST(Explain, EveryAnswerOfEveryReaderIsASum) {
  const internal::Run run = test::make_run(12, 3, 2, 3);
  for (const ReaderKind& kind : reader_kinds()) {
    if (kind.learns_from != LearnsFrom::nothing && kind.learns_from != LearnsFrom::pool) continue;
    if (kind.reads_hidden || kind.reads_z || kind.reads_words) continue;  // the run has none of them
    const auto reader = kind.make();
    reader->fit(run.parts, run.labels, fit_rows(run));
    for (std::int64_t i = 0; i < 12; ++i)
      for (std::int64_t y = 0; y < 3; ++y) {
        const Explanation why = explain(*reader, run.parts, i, y, 3);
        EXPECT_LT(why.sum_error(), 1e-9) << kind.name << " " << i << " " << y;
        EXPECT_LE(why.parts.size(), 3u);
      }
  }
}

}  // namespace
}  // namespace partwise::internal
