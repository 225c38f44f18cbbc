#include "apps/explain.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace partwise {
namespace {

/// One example, one layer, two heads and an MLP, three labels.
Contributions example_parts() {
  Contributions g;
  g.heads = Array<float>({1, 1, 2, 3});
  g.mlps = Array<float>({1, 1, 3});
  g.embed = g.bias = g.logits = Array<float>({1, 3});
  const float heads[] = {1, 2, 3, 0, 0, 0}, mlp[] = {5, 1, 1};
  std::copy_n(heads, 6, g.heads.data());
  std::copy_n(mlp, 3, g.mlps.data());
  for (int y = 0; y < 3; ++y) g.logits(0, y) = heads[y] + mlp[y];
  return g;
}

TEST(DrivingParts, AreThoseThatPushTowardsTheLabel) {
  const auto drivers = driving_parts(*make_reader("full"), example_parts(), 0, 0, 3);
  ASSERT_EQ(drivers.size(), 2u);  // L0H1 adds nothing
  EXPECT_EQ(drivers[0].name, "L0MLP");
  EXPECT_DOUBLE_EQ(drivers[0].contribution, 4.0);  // 5 - (1 + 1) / 2
  EXPECT_EQ(drivers[1].name, "L0H0");
  EXPECT_DOUBLE_EQ(drivers[1].contribution, -1.5);  // 1 - (2 + 3) / 2
}

TEST(DrivingParts, DependOnTheLabelAndTheNumberWanted) {
  const auto drivers = driving_parts(*make_reader("full"), example_parts(), 0, 2, 1);
  ASSERT_EQ(drivers.size(), 1u);
  EXPECT_EQ(drivers[0].name, "L0H0");
  EXPECT_DOUBLE_EQ(drivers[0].contribution, 1.5);  // 3 - (1 + 2) / 2
}

TEST(DrivingParts, OfAReaderThatDoesNotSplitAreTheFullModels) {
  const auto whole = driving_parts(*make_reader("full"), example_parts(), 0, 0, 3);
  const auto calib = driving_parts(*make_reader("calib+"), example_parts(), 0, 0, 3);
  ASSERT_EQ(calib.size(), whole.size());
  for (std::size_t i = 0; i < whole.size(); ++i) EXPECT_EQ(calib[i].name, whole[i].name);
}

}  // namespace
}  // namespace partwise
