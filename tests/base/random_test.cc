#include "base/random.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <numeric>

namespace partwise::internal {
namespace {

// The standard fixes the 10,000th number of the default-seeded generator (5489), [rand.predef].
TEST(Random, DrawsFromTheStandardGenerator) {
  std::mt19937_64 engine;
  engine.discard(9999);
  EXPECT_EQ(engine(), 9981545732273789042u);
  engine.seed(5489);
  Random random(5489);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(random.uniform(), static_cast<double>(engine() >> 11) / 9007199254740992.0);
}

TEST(Random, BelowTakesTheRemainderOfWhatIsNotRejected) {
  std::mt19937_64 engine(7);
  Random random(7);
  const std::uint64_t n = (1ull << 63) + 1;  // nearly half of all draws are rejected: 2^64 mod n = 2^63 - 1
  for (int i = 0; i < 100; ++i) {
    std::uint64_t draw = engine();
    while (draw < (1ull << 63) - 1) draw = engine();
    EXPECT_EQ(random.below(n), draw % n);
  }
}

TEST(Random, BelowStaysInRangeAndReachesAllOfIt) {
  Random random(1);
  std::map<std::uint64_t, int> counts;
  for (int i = 0; i < 60'000; ++i) ++counts[random.below(6)];
  ASSERT_EQ(counts.size(), 6u);
  for (const auto& [value, count] : counts) {
    EXPECT_LT(value, 6u);
    EXPECT_NEAR(count, 10'000, 500) << value;  // 5 standard deviations
  }
  EXPECT_EQ(random.below(1), 0u);
}

TEST(Random, ShufflePermutesAndIsReproducible) {
  std::vector<int> items(100);
  std::iota(items.begin(), items.end(), 0);
  std::vector<int> once = items, again = items, other = items;
  Random(3).shuffle(once);
  Random(3).shuffle(again);
  Random(4).shuffle(other);
  EXPECT_EQ(once, again);
  EXPECT_NE(once, other);
  EXPECT_NE(once, items);
  std::sort(once.begin(), once.end());
  EXPECT_EQ(once, items);
}

}  // namespace
}  // namespace partwise::internal
