#include "serve/deadlines.h"

#include <gtest/gtest.h>

namespace partwise::internal {
namespace {

using std::chrono::milliseconds;

void wait_for(const std::stop_token& token) {
  while (!token.stop_requested()) std::this_thread::sleep_for(milliseconds(1));
}

TEST(Deadlines, StopWorkThatTakesTooLong) {
  Deadlines deadlines(milliseconds(20));
  const auto begin = std::chrono::steady_clock::now();
  const Deadlines::Work work(deadlines, {});
  wait_for(work.token());
  EXPECT_GE(std::chrono::steady_clock::now() - begin, milliseconds(20));
  EXPECT_TRUE(work.is_late());
}

TEST(Deadlines, StopWorkForWhichNobodyWaits) {
  Deadlines deadlines(milliseconds(0));
  std::stop_source gone;
  const Deadlines::Work work(deadlines, gone.get_token());
  EXPECT_FALSE(work.token().stop_requested());
  gone.request_stop();
  EXPECT_TRUE(work.token().stop_requested());
  EXPECT_FALSE(work.is_late());
}

TEST(Deadlines, LetOtherWorkGoOn) {
  Deadlines deadlines(milliseconds(50));
  { const Deadlines::Work done(deadlines, {}); }
  std::this_thread::sleep_for(milliseconds(30));
  const Deadlines::Work later(deadlines, {});
  std::this_thread::sleep_for(milliseconds(30));  // the first would be late now
  EXPECT_FALSE(later.token().stop_requested());
}

}  // namespace
}  // namespace partwise::internal
