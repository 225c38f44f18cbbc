#include "base/progress.h"

#include <gtest/gtest.h>

namespace partwise::internal {
namespace {

TEST(PassOf, CountsTheOthers) {
  Progress seen{};
  const ProgressFn whole = [&](const Progress& progress) { seen = progress; };
  pass_of(whole, 1, 4)({"decomposing", 30, 100, 6});
  EXPECT_EQ(seen.done, 130);
  EXPECT_EQ(seen.total, 400);
  EXPECT_EQ(seen.units_per_token, 6);
}

TEST(PassOf, NobodyListens) { EXPECT_FALSE(pass_of({}, 0, 2)); }

}  // namespace
}  // namespace partwise::internal
