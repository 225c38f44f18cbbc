#include "analysis/ablation.h"

#include <gtest/gtest.h>

#include "support/errors.h"
#include "support/runs.h"

namespace partwise::internal {
namespace {

/// Two rows, two labels, one head that is component 0.
internal::Run two_rows(std::vector<float> head, std::vector<float> logits) {
  internal::Run run = test::make_run(2, 1, 1, 2);
  run.labels = {0, 1};
  std::copy(head.begin(), head.end(), run.parts.heads.data());
  std::copy(logits.begin(), logits.end(), run.parts.logits.data());
  return run;
}

TEST(AblationEffect, SetsDirectBesideTotal) {
  const internal::Run full = two_rows({3, 1, 2, 1}, {5, 1, 2, 3}), without = two_rows({0, 0, 0, 0}, {1, 2, 0, 4});
  const AblationEffect effect = ablation_effect(full, without, {0, 1}, 0);
  EXPECT_DOUBLE_EQ(effect.alone, 0.5);     // right in the first row
  EXPECT_DOUBLE_EQ(effect.direct, 0.5);    // margins 2 and -1
  EXPECT_DOUBLE_EQ(effect.total, 1);       // (4 - -1 + 1 - 4) / 2
  EXPECT_DOUBLE_EQ(effect.accuracy, 0.5);  // the second row
  EXPECT_DOUBLE_EQ(effect.changed, 0.5);
  EXPECT_DOUBLE_EQ(effect.gain.value, 0.5);
  EXPECT_EQ(test::error_of([&] { ablation_effect(full, without, {}, 0); }).code(), ErrorCode::bad_data);
}

}  // namespace
}  // namespace partwise::internal
