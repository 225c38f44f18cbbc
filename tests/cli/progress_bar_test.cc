#include "cli/progress_bar.h"

#include <gtest/gtest.h>

namespace partwise::internal {
namespace {

TEST(ProgressLine, ShareRateAndTimeLeft) {
  // 300 of 1,200 units in 2 s at 30 units a token: 10 tokens, 5 a second; three quarters of the way to go.
  EXPECT_EQ(progress_line({"decomposing", 300, 1200, 30}, 2.0), "decomposing  25 %   5 tokens/s   6.0 s left");
  EXPECT_EQ(progress_line({"decomposing", 1200, 1200, 30}, 4.0), "decomposing 100 %   10 tokens/s   0.00 s left");
}

TEST(ProgressLine, NothingKnownYet) {
  EXPECT_EQ(progress_line({"decomposing", 0, 1200, 30}, 0.5), "decomposing   0 %");
  EXPECT_EQ(progress_line({"decomposing", 0, 0, 30}, 0.0), "decomposing   0 %");
}

TEST(ProgressBar, ShortWorkSaysNothingWhereThereIsNoTerminal) {
  ::testing::internal::CaptureStderr();
  {
    Console console;
    ProgressBar bar(console);
    const ProgressFn listener = bar.listener().progress;
    for (int i = 0; i <= 100; ++i) listener({"decomposing", i, 100});
  }
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
}

}  // namespace
}  // namespace partwise::internal
