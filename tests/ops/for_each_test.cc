#include <atomic>
#include <stdexcept>
#include <thread>

#include "ops/matrices.h"

namespace partwise::internal::test {
namespace {

TEST(ForEach, RunsEveryOneOnceOnAThreadThatThereIs) {
  for (const auto& backend : {make_cpu_backend(2), make_cpu_backend(1), make_reference_backend()}) {
    std::vector<std::atomic<int>> times(100);
    backend->for_each(100, [&](std::int64_t i, int thread) {
      EXPECT_LT(thread, backend->n_threads());
      ++times[i];
    });
    for (const auto& n : times) EXPECT_EQ(n, 1) << backend->name();
  }
}

TEST(ForEach, ThreadZeroIsTheCallers) {
  const auto caller = std::this_thread::get_id();
  make_cpu_backend(2)->for_each(
      50, [&](std::int64_t, int thread) { EXPECT_EQ(thread == 0, std::this_thread::get_id() == caller); });
}

TEST(ForEach, NothingIsFine) {
  for (const auto& backend : {make_cpu_backend(2), make_reference_backend()})
    backend->for_each(0, [](std::int64_t, int) { FAIL(); });
}

TEST(ForEach, AnExceptionEndsIt) {
  for (const auto& backend : {make_cpu_backend(2), make_reference_backend()}) {
    std::atomic<int> begun = 0;
    const auto body = [&](std::int64_t, int) {
      ++begun;
      throw std::runtime_error("enough");
    };
    EXPECT_THROW(backend->for_each(1000, body), std::runtime_error) << backend->name();
    EXPECT_LE(begun, backend->n_threads()) << backend->name();
  }
}

TEST(ForEach, ABodyMayWaitForThoseBeforeIt) {
  for (const auto& backend : {make_cpu_backend(2), make_cpu_backend(1), make_reference_backend()}) {
    std::vector<std::atomic<bool>> done(200);
    std::atomic<int> late = 0;
    backend->for_each(200, [&](std::int64_t i, int) {
      for (std::int64_t j = 0; j < i; ++j) done[j].wait(false);
      for (std::int64_t j = i + 2; j < 200; ++j) late += done[j];  // two threads: at most the next one is ahead
      done[i] = true;
      done[i].notify_all();
    });
    EXPECT_EQ(late, 0) << backend->name();
    EXPECT_TRUE(done[199]) << backend->name();
  }
}

TEST(ForEach, OperationsInsideGiveTheSameBits) {
  const auto backend = make_cpu_backend(2);
  const TestRows w = random_rows(1, 96, 160), x = random_rows(2, 300, 160);
  const auto packed = backend->pack(w.matrix());
  TestRows expected(300, 96), y(300, 96);
  backend->linear(*packed, {}, x.view(), expected.view());
  backend->for_each(6, [&](std::int64_t i, int) {
    backend->linear(*packed, {}, x.view().block(50 * i, 50), y.view().block(50 * i, 50));
  });
  EXPECT_TRUE(same_bits(y, expected));
}

}  // namespace
}  // namespace partwise::internal::test
