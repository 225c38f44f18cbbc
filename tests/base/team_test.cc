#include "base/team.h"

#include <gtest/gtest.h>
#include <sched.h>

#include <chrono>
#include <numeric>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace partwise::internal {
namespace {

TEST(ShareOut, DoesEachPieceOnce) {
  for (std::int64_t n_threads : {1, 2, 3, 8}) {
    for (std::int64_t n : {0, 1, 2, 7, 1000}) {
      std::vector<std::atomic<int>> times(static_cast<std::size_t>(n));
      share_out(n_threads, n, [&](std::int64_t i, int thread) {
        EXPECT_LT(thread, n_threads);
        ++times[static_cast<std::size_t>(i)];
      });
      for (const auto& t : times) EXPECT_EQ(t, 1);
    }
  }
}

TEST(ShareOut, CallsFollowEachOtherAtOnceAndAfterAWhile) {
  std::atomic<std::int64_t> sum = 0;
  for (int call = 0; call < 2000; ++call) {
    share_out(4, 16, [&](std::int64_t i, int) { sum += i; });
    if (call % 500 == 0) std::this_thread::sleep_for(std::chrono::milliseconds(2));  // helpers fall asleep
  }
  EXPECT_EQ(sum, 2000 * 120);
}

TEST(ShareOut, HelpersTakePart) {
  std::set<std::thread::id> ids;
  std::mutex mutex;
  const auto meet = [&](std::int64_t, int) {  // pieces so long that one thread alone does not do all
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    const std::lock_guard lock(mutex);
    ids.insert(std::this_thread::get_id());
  };
  for (int tries = 0; tries < 20 && ids.size() < 2; ++tries) share_out(2, 8, meet);
  EXPECT_EQ(ids.size(), 2u);
}

TEST(ShareOut, ThrowsTheFirstExceptionAndGoesOnAfterwards) {
  const auto fail = [](std::int64_t i, int) {
    if (i == 3) throw std::runtime_error("piece " + std::to_string(i));
  };
  EXPECT_THROW(share_out(3, 10, fail), std::runtime_error);
  std::atomic<int> n = 0;
  share_out(3, 10, [&](std::int64_t, int) { ++n; });
  EXPECT_EQ(n, 10);
}

TEST(ShareOut, InsideATeamTheCallingThreadWorksAlone) {
  share_out(4, 4, [](std::int64_t, int) {
    EXPECT_EQ(team_size(4), 1);
    const auto outer = std::this_thread::get_id();
    share_out(4, 8, [&](std::int64_t, int thread) {
      EXPECT_EQ(thread, 0);
      EXPECT_EQ(std::this_thread::get_id(), outer);
    });
  });
  EXPECT_EQ(team_size(4), 4);
}

TEST(ShareOut, SeveralCallersAtOnceHaveTeamsOfTheirOwn) {
  std::vector<std::int64_t> sums(4);
  std::vector<std::thread> callers;
  for (std::int64_t& sum : sums)
    callers.emplace_back([&sum] {
      for (int call = 0; call < 200; ++call) {
        std::atomic<std::int64_t> own = 0;
        share_out(3, 50, [&](std::int64_t i, int) { own += i; });
        sum += own;
      }
    });
  for (std::thread& caller : callers) caller.join();
  for (std::int64_t sum : sums) EXPECT_EQ(sum, 200 * 1225);
}

TEST(Split, PartsAreInOrderAndCoverAll) {
  for (std::int64_t n : {1, 5, 64}) {
    std::vector<std::atomic<int>> times(static_cast<std::size_t>(n));
    split(3, n, [&](std::int64_t first, std::int64_t last) {
      for (std::int64_t i = first; i < last; ++i) ++times[static_cast<std::size_t>(i)];
    });
    for (const auto& t : times) EXPECT_EQ(t, 1);
  }
}

TEST(AvailableProcessors, AreThoseThatTheProcessMayUse) {
  cpu_set_t all, one;
  ASSERT_EQ(sched_getaffinity(0, sizeof all, &all), 0);
  CPU_ZERO(&one);
  for (int i = 0; i < CPU_SETSIZE && CPU_COUNT(&one) == 0; ++i)
    if (CPU_ISSET(i, &all)) CPU_SET(i, &one);
  ASSERT_EQ(sched_setaffinity(0, sizeof one, &one), 0);
  EXPECT_EQ(available_processors(), 1);
  ASSERT_EQ(sched_setaffinity(0, sizeof all, &all), 0);
  EXPECT_EQ(available_processors(), CPU_COUNT(&all));
}

}  // namespace
}  // namespace partwise::internal
