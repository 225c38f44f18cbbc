#include "ops/cpu/team.h"

#include <gtest/gtest.h>
#include <sched.h>

#include <stdexcept>

#include "ops/backend.h"

namespace partwise::test {
namespace {

using cpu::Tasks;
using cpu::Team;

TEST(Team, EveryTaskIsDoneOnce) {
  for (const int n_threads : {1, 2, 5}) {
    Team team(n_threads);
    EXPECT_EQ(team.n_threads(), n_threads);
    for (const std::int64_t n : {0, 1, 2, 3, 1000}) {
      std::vector<std::atomic<int>> done(static_cast<std::size_t>(n));
      team.for_each(n, [&](std::int64_t i) { ++done[static_cast<std::size_t>(i)]; });
      for (const auto& times : done) EXPECT_EQ(times, 1) << n << " tasks on " << n_threads << " threads";
    }
  }
}

TEST(Team, ManyShortJobsLoseNothing) {
  Team team(3);
  std::int64_t total = 0;
  for (int job = 0; job < 20'000; ++job) {
    std::atomic<std::int64_t> sum = 0;
    team.for_each(5, [&](std::int64_t i) { sum += i; });
    total += sum;
  }
  EXPECT_EQ(total, 20'000 * 10);
}

TEST(Team, HelpersTakePart) {
  Team team(2);
  std::atomic<int> arrived = 0;
  team.run(2, [&](Tasks& tasks) {
    std::int64_t i;
    if (!tasks.take(i)) return;
    ++arrived;
    while (arrived < 2) std::this_thread::yield();  // ends only when both threads have a task
  });
  EXPECT_EQ(arrived, 2);
}

TEST(Team, ThrowsTheFirstExceptionAndGoesOn) {
  Team team(2);
  for (int round = 0; round < 100; ++round) {
    EXPECT_THROW(team.for_each(10,
                               [](std::int64_t i) {
                                 if (i % 3 == 1) throw std::runtime_error("task");
                               }),
                 std::runtime_error);
    std::atomic<int> done = 0;
    team.for_each(10, [&](std::int64_t) { ++done; });
    EXPECT_EQ(done, 10);
  }
}

TEST(Team, WorkMayAskForMoreWork) {
  Team team(2);
  std::atomic<int> done = 0;
  team.for_each(4, [&](std::int64_t) { team.for_each(5, [&](std::int64_t) { ++done; }); });
  EXPECT_EQ(done, 20);
}

TEST(Team, CallersDoNotDisturbEachOther) {
  Team team(2);
  std::vector<std::int64_t> sums(4);
  {
    std::vector<std::jthread> callers;
    for (std::int64_t& sum : sums)
      callers.emplace_back([&] {
        for (int job = 0; job < 500; ++job) {
          std::atomic<std::int64_t> part = 0;
          team.for_each(10, [&](std::int64_t i) { part += i; });
          sum += part;
        }
      });
  }
  for (const std::int64_t sum : sums) EXPECT_EQ(sum, 500 * 45);
}

TEST(CpuBackend, TakesTheProcessorsThatTheProcessMayUse) {
  cpu_set_t all, one;
  ASSERT_EQ(sched_getaffinity(0, sizeof all, &all), 0);
  EXPECT_EQ(make_cpu_backend(0)->n_threads(), CPU_COUNT(&all));
  EXPECT_EQ(make_cpu_backend(100'000)->n_threads(), CPU_COUNT(&all));
  EXPECT_EQ(make_cpu_backend(1)->n_threads(), 1);

  CPU_ZERO(&one);
  CPU_SET(sched_getcpu(), &one);
  ASSERT_EQ(sched_setaffinity(0, sizeof one, &one), 0);
  EXPECT_EQ(make_cpu_backend(0)->n_threads(), 1);
  ASSERT_EQ(sched_setaffinity(0, sizeof all, &all), 0);
}

}  // namespace
}  // namespace partwise::test
