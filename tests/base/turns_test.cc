#include "base/turns.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <optional>
#include <thread>
#include <vector>

#include "support/errors.h"

namespace partwise::internal {
namespace {

using std::chrono::milliseconds;

TEST(Turns, ComeInTheOrderOfTheCallers) {
  Turns turns;
  std::optional<Turns::Turn> first(std::in_place, turns);
  std::vector<int> order;
  std::vector<std::thread> callers;
  for (int i = 0; i < 5; ++i) {
    callers.emplace_back([&, i] {
      const Turns::Turn turn(turns);
      order.push_back(i);
    });
    std::this_thread::sleep_for(milliseconds(40));  // until the thread waits, on a busy machine, too
  }
  EXPECT_TRUE(order.empty());
  first.reset();
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(order, (std::vector{0, 1, 2, 3, 4}));
}

// A mutex lets a caller that comes again and again keep the others out.
TEST(Turns, NobodyHasTwoWhileOthersWait) {
  Turns turns;
  std::atomic<bool> ends = false;
  std::atomic<int> n_greedy = 0;
  std::thread greedy([&] {
    while (!ends) {
      const Turns::Turn turn(turns);
      ++n_greedy;
      std::this_thread::sleep_for(milliseconds(1));
    }
  });
  for (int i = 0; i < 20; ++i) {
    while (n_greedy == 0) std::this_thread::yield();
    const int before = n_greedy;
    const Turns::Turn turn(turns);
    EXPECT_LE(n_greedy - before, 2);
  }
  ends = true;
  greedy.join();
}

TEST(Turns, AreGivenUpByWhoStops) {
  Turns turns;
  std::optional<Turns::Turn> first(std::in_place, turns);
  std::stop_source stop;
  std::thread waiting([&] {
    EXPECT_EQ(test::error_of([&] { Turns::Turn turn(turns, stop.get_token()); }).code(), ErrorCode::interrupted);
  });
  std::this_thread::sleep_for(milliseconds(5));
  stop.request_stop();
  waiting.join();
  first.reset();
  const Turns::Turn next(turns);
}

}  // namespace
}  // namespace partwise::internal
