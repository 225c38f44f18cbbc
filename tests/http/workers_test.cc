#include "http/workers.h"

#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <set>

namespace partwise::internal::http {
namespace {

TEST(Workers, AsManyTasksAsThreadsRunAtATime) {
  Workers workers(3);
  std::latch all(3);
  for (int i = 0; i < 3; ++i) workers.add([&] { all.arrive_and_wait(); });  // none ends before all have begun
  workers.finish();
  EXPECT_TRUE(all.try_wait());
}

TEST(Workers, FurtherTasksWaitForAThread) {
  Workers workers(2);
  std::atomic<int> n_running = 0, most = 0, n_done = 0;
  for (int i = 0; i < 100; ++i)
    workers.add([&] {
      const int n = ++n_running;
      for (int seen = most; n > seen && !most.compare_exchange_weak(seen, n);) {
      }
      ++n_done;
      --n_running;
    });
  workers.finish();
  EXPECT_EQ(n_done, 100);
  EXPECT_LE(most, 2);
}

TEST(Workers, AThreadThatIsFreeIsUsedAgain) {
  Workers workers(8);
  std::set<std::thread::id> threads;
  for (int i = 0; i < 20; ++i) {
    std::latch done(1);
    workers.add([&] {
      threads.insert(std::this_thread::get_id());
      done.count_down();
    });
    done.wait();
    std::this_thread::sleep_for(std::chrono::milliseconds(2));  // until the thread waits again
  }
  EXPECT_LT(threads.size(), 8u);
}

}  // namespace
}  // namespace partwise::internal::http
