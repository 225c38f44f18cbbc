#include "session/session.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

#include "base/memory.h"
#include "support/golden.h"
#include "support/paths.h"

namespace partwise::internal {
namespace {

const LoadedModel& tiny_llama() {
  static const LoadedModel loaded({(test::source_dir() / "tests/golden/tiny-llama").string(), {}, {}});
  return loaded;
}

test::Golden golden() { return test::read_golden(test::source_dir() / "tests/golden/tiny-llama"); }

TEST(Session, KeepsLayersForManyPassesIfTheyFit) {
  EXPECT_EQ(Session(tiny_llama(), {}, Passes::many).engine().residency(), Residency::resident);
  EXPECT_EQ(Session(tiny_llama(), {}, Passes::one).engine().residency(), Residency::streamed);
  const ComputeOptions little{.memory_bytes = private_memory() + 1000};
  EXPECT_EQ(Session(tiny_llama(), little, Passes::many).engine().residency(), Residency::streamed);
}

TEST(Session, PacksEveryLayerOnce) {
  const Session session(tiny_llama(), {}, Passes::many);
  EXPECT_GT(session.engine().bytes_of_next_pass(), 0);
  session.decompose(golden().prompts, session.options());
  EXPECT_EQ(session.engine().bytes_of_next_pass(), 0);
}

TEST(Session, GivesTheSameBitsPassForPass) {
  const auto prompts = golden().prompts;
  const Contributions once = decompose(tiny_llama().model(), *make_cpu_backend(), prompts);
  const Session session(tiny_llama(), {}, Passes::many);
  for (int pass = 0; pass < 3; ++pass)
    test::expect_same_bits(once, session.decompose(prompts, session.options()), "a pass of the session");
  EXPECT_GT(session.engine().known_rows().bytes(), 0);
}

TEST(Session, KnowsNothingOfAblatedPasses) {
  const auto prompts = golden().prompts;
  const std::vector<Component> parts = {{0, 1}};
  const Session session(tiny_llama(), {}, Passes::many);
  DecomposeOptions options = session.options();
  options.ablated = zero_parts(tiny_llama().config(), parts);
  const Contributions ablated = session.decompose(prompts, options);
  EXPECT_EQ(session.engine().known_rows().bytes(), 0);
  const Contributions whole = session.decompose(prompts, session.options());
  test::expect_same_bits(decompose(tiny_llama().model(), *make_cpu_backend(), prompts), whole, "after it");
  test::expect_same_bits(ablated, session.decompose(prompts, options), "after the whole model");
  const auto means = session.mean_parts(prompts, parts, session.options());
  EXPECT_EQ(means[0].value, mean_parts(Engine(tiny_llama().model(), *make_cpu_backend()), prompts, parts)[0].value);
}

TEST(Session, ServesSeveralThreads) {
  const auto prompts = golden().prompts;
  const Contributions alone = decompose(tiny_llama().model(), *make_cpu_backend(), prompts);
  const Session session(tiny_llama(), {}, Passes::many);
  std::vector<Contributions> results(4);
  std::vector<std::thread> threads;
  for (Contributions& result : results)
    threads.emplace_back([&] {
      for (int i = 0; i < 5; ++i) result = session.decompose(prompts, session.options());
    });
  for (std::thread& thread : threads) thread.join();
  for (const Contributions& result : results) test::expect_same_bits(alone, result, "beside other threads");
}

}  // namespace
}  // namespace partwise::internal
