#include "base/round.h"

#include <gtest/gtest.h>

#include <cstdint>

namespace partwise::internal {
namespace {

TEST(Round, DividesUp) {
  EXPECT_EQ(divide_up(0, 7), 0);
  EXPECT_EQ(divide_up(1, 7), 1);
  EXPECT_EQ(divide_up(7, 7), 1);
  EXPECT_EQ(divide_up(8, 7), 2);
}

TEST(Round, GoesUpToTheNextMultiple) {
  EXPECT_EQ(round_up(0, 64), 0);
  EXPECT_EQ(round_up(64, 64), 64);
  EXPECT_EQ(round_up(65, 64), 128);
  EXPECT_EQ(round_up<std::uint64_t>((std::uint64_t{1} << 40) + 1, 32), (std::uint64_t{1} << 40) + 32);
}

}  // namespace
}  // namespace partwise::internal
