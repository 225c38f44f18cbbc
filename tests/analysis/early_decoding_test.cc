#include "analysis/early_decoding.h"

#include <gtest/gtest.h>

#include "support/errors.h"
#include "support/runs.h"

namespace partwise::internal {
namespace {

/// Two layers of one head, one row with label 0. Lead of label 0: embed and bias 1, heads -2 and 4, MLPs 0.5 and -9.
internal::Run one_row() {
  internal::Run run = test::make_run(1, 2, 1, 2);
  run.labels = {0};
  const auto set = [](Array<float>& array, std::vector<float> leads) {
    for (std::size_t i = 0; i < leads.size(); ++i) {
      array.data()[2 * i] = leads[i];
      array.data()[2 * i + 1] = 0;
    }
  };
  set(run.parts.embed, {3});
  set(run.parts.bias, {-2});
  set(run.parts.heads, {-2, 4});
  set(run.parts.mlps, {0.5, -9});
  set(run.parts.logits, {-5.5});
  return run;
}

TEST(EarlyDecoding, AddsPartsUpInTheirOrder) {
  const std::vector<Depth> depths = early_decoding(one_row(), {0});
  ASSERT_EQ(depths.size(), 5u);
  const double expected[] = {1, 0, 0, 1, 0};  // leads 1, -1, -0.5, 3.5, -5.5
  for (std::size_t i = 0; i < 5; ++i) EXPECT_EQ(depths[i].accuracy.value, expected[i]) << i;
  EXPECT_EQ(depths[0].layer, -1);
  EXPECT_EQ(depths[3].layer, 1);
  EXPECT_FALSE(depths[3].with_mlp);
  EXPECT_TRUE(depths[4].with_mlp);
}

TEST(EarlyDecoding, TakesWhatIsOutsideFromTheLogitsWhereItIsNotKnown) {
  internal::Run run = one_row();
  run.parts.embed = run.parts.bias = {};
  for (std::size_t i = 0; i < 5; ++i)
    EXPECT_EQ(early_decoding(run, {0})[i].accuracy.value, early_decoding(one_row(), {0})[i].accuracy.value);
}

TEST(EarlyDecoding, EndsAtTheFullModel) {
  const internal::Run run = test::make_run(50, 3, 2, 3);
  std::vector<std::int64_t> rows(50);
  for (std::size_t i = 0; i < rows.size(); ++i) rows[i] = static_cast<std::int64_t>(i);
  EXPECT_EQ(early_decoding(run, rows).back().accuracy.hits, analyze(run, rows).full.hits);
  EXPECT_EQ(test::error_of([&] { early_decoding(run, {}); }).code(), ErrorCode::bad_data);
}

}  // namespace
}  // namespace partwise::internal
