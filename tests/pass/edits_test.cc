#include "pass/edits.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "pass/prefix_tree.h"
#include "support/errors.h"

namespace partwise::internal {
namespace {

using ::testing::ElementsAre;

TEST(PartMean, CountsRowsAsOftenAsTheirPrompts) {
  const std::vector<float> x = {1, 2, 3, 5}, y = {0.1f, -7};
  PartMean mean(2), other(2);
  mean.add({x.data(), 2, 2, 2}, std::vector<std::int64_t>{3, 1});
  other.add({y.data(), 1, 2, 2}, std::vector<std::int64_t>{2});
  PartMean both = other;
  both.add(mean);
  mean.add(other);
  EXPECT_EQ(mean.mean(), both.mean());
  EXPECT_NEAR(mean.mean()[0], (3 * 1 + 3 + 2 * 0.1) / 6, 1e-7);
  EXPECT_NEAR(mean.mean()[1], (3 * 2 + 5 - 2 * 7) / 6.0, 1e-7);
}

TEST(PartMean, RefusesWhatItsStepsDoNotHold) {
  for (const float value : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity(), 1e12f}) {
    PartMean mean(1);
    EXPECT_EQ(test::error_of([&] {
                mean.add({&value, 1, 1, 1}, std::vector<std::int64_t>{1});
              }).code(),
              ErrorCode::failure);
  }
}

TEST(PromptsOfRows, CountThoseThatGoThrough) {
  const std::vector<std::int32_t> a = {1, 2, 3}, b = {1, 2, 4}, c = {1, 2};
  const std::vector<std::span<const std::int32_t>> prompts = {a, b, c, c};
  const PrefixTree tree = build_prefix_tree(prompts);
  EXPECT_THAT(prompts_of_rows(tree), ElementsAre(4, 4, 1, 1));
}

}  // namespace
}  // namespace partwise::internal
