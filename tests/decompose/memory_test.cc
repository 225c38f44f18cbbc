#include "decompose/memory.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "base/error.h"
#include "base/memory.h"
#include "base/random.h"
#include "pass/pass.h"
#include "support/golden.h"
#include "support/paths.h"
#include "support/sanitizers.h"

namespace partwise::internal {
namespace {

/// Fixed needs of 1,000 in total, 10 per row, and 25 per read point. The longest prompt has 8 tokens.
MemoryNeed round_numbers() {
  MemoryNeed need;
  need.in_use = 300, need.results = 100, need.weights = 400, need.threads = 150, need.constants = 50;
  need.per_row = 10, need.per_point = 25, need.most_points = 1, need.longest = 8;
  return need;
}

std::int64_t rows_with(std::int64_t memory_bytes) {
  DecomposeOptions options;
  options.memory_bytes = memory_bytes;
  return rows_of_group(round_numbers(), options);
}

TEST(Memory, SumsWhatIsNeeded) {
  const MemoryNeed need = round_numbers();
  EXPECT_EQ(need.fixed(), 1000);
  EXPECT_EQ(need.rows_per_point(), 3);
  EXPECT_EQ(need.least(), 1000 + 8 * 10 + 25);
  EXPECT_EQ(need.of_group(20, 4), 1000 + 20 * 10 + 4 * 25);
}

TEST(Memory, WhatIsNotFixedIsForRows) {
  EXPECT_EQ(rows_with(3000), 200);
  EXPECT_EQ(rows_with(3009), 200);
  EXPECT_EQ(rows_with(1105), 10);  // the least: just enough for the longest prompt
}

TEST(Memory, TooLittleIsRefusedWithASizeThatIsEnough) {
  try {
    rows_with(1104);
    FAIL() << "nothing was thrown";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::usage);
    EXPECT_STREQ(error.what(),
                 "1.1 kB of memory are not enough: 1.1 kB are needed (300 bytes in use already, 100 bytes for "
                 "results, 400 bytes for the weights of a layer, 150 bytes for threads to work "
                 "in, 105 bytes for the longest prompt)");
    EXPECT_EQ(error.hint(), "give 2.0 MB or more");
    EXPECT_EQ(error.remedies(), std::vector<Remedy>({{Setting::memory, "2000000"}}));
  }
}

TEST(Memory, WhereNothingIsSaidRowsTakeTheUsual) {
  EXPECT_EQ(rows_of_group(round_numbers(), {}), kUsualRowBytes / 10);
  MemoryNeed huge = round_numbers();
  huge.per_row = 2 * kUsualRowBytes;
  EXPECT_EQ(rows_of_group(huge, {}), 1);
}

TEST(Memory, CountsWhatAModelAndItsPromptsTake) {
  const Model model = Model::load(test::source_dir() / "tests/golden/tiny-llama");
  const auto backend = make_reference_backend();
  const std::vector<PromptIds> prompts = {{{1, 2, 3}, {4, 5}}, {{1, 2, 3, 4, 5}, {4, 6}}};
  DecomposeOptions options;
  options.memory_in_use = 123;
  const MemoryNeed need = memory_need(Engine(model, *backend), prompts, options);
  EXPECT_EQ(need.in_use, 123);
  EXPECT_EQ(need.results,
            2 * (2 * (15 + 4) + 1) * 4);  // 15 components, embed, bias, logits and log_probs; the certificate
  EXPECT_EQ(need.weights, 30720);
  EXPECT_EQ(need.per_row, 288);
  EXPECT_EQ(need.longest, 5);
  EXPECT_EQ(need.freed, 2 * 4 * 32 * 48) << "twice the largest matrix";
  EXPECT_EQ(need.gaps, 0) << "of small blocks";
  const auto threads = [&](int n) {
    return memory_need(Engine(model, *make_cpu_backend(n)), prompts, options).threads;
  };
  EXPECT_GT(threads(2), threads(1));
}

/// A plan must stay within the limit. It has several groups only if the limit is too low for one.
TEST(Memory, GroupsStayWithinTheLimit) {
  const Model model = Model::load(test::source_dir() / "tests/golden/tiny-llama");
  const auto backend = make_cpu_backend(1);
  std::vector<PromptIds> prompts;
  for (std::int32_t i = 0; i < 200; ++i) prompts.push_back({{1, 2, 3, 4 + i % 50, 5 + i % 7, 6}, {4, 5}});
  DecomposeOptions options;
  const MemoryNeed need = memory_need(Engine(model, *backend), prompts, options);
  // the memory of a prompt besides its rows is rounded up to whole rows
  const std::int64_t whole =
      plan_decompose(Engine(model, *backend), prompts, options).memory + std::ssize(prompts) * need.per_row;
  for (std::int64_t limit : {need.least(), need.least() + 5000, (need.least() + whole) / 2, whole}) {
    options.memory_bytes = limit;
    const DecomposeStats stats = plan_decompose(Engine(model, *backend), prompts, options);
    EXPECT_LE(stats.memory, limit);
    EXPECT_EQ(stats.n_groups > 1, limit < whole) << limit;
  }
  options.memory_bytes = need.least() - 1;
  EXPECT_THROW(plan_decompose(Engine(model, *backend), prompts, options), Error);
}

TEST(Memory, OfTheProcessGrowsWithWhatItHolds) {
  const std::int64_t before = private_memory();
  if (before == 0) GTEST_SKIP() << "this system does not say";
  constexpr std::size_t kSize = 50'000'000;
  const auto held = std::make_unique_for_overwrite<char[]>(kSize);
  volatile char* bytes = held.get();
  for (std::size_t i = 0; i < kSize; i += 512) bytes[i] = 1;
  EXPECT_GT(private_memory(), before + 40'000'000);
}

/// Prompts of random tokens that share none.
std::vector<PromptIds> random_prompts(std::int64_t n, std::int64_t n_tokens, std::int64_t d_vocab) {
  Random random(0);
  std::vector<PromptIds> prompts;
  for (std::int64_t i = 0; i < n; ++i) {
    PromptIds& prompt = prompts.emplace_back(PromptIds{{}, {4, 5, 6}});
    for (std::int64_t t = 0; t < n_tokens; ++t)
      prompt.ids.push_back(static_cast<std::int32_t>(random.below(static_cast<std::uint64_t>(d_vocab))));
  }
  return prompts;
}

/// The most that the process holds while it decomposes.
std::int64_t most_held(const Model& model, const Backend& backend, std::span<const PromptIds> prompts,
                       DecomposeOptions options) {
  std::int64_t most = 0;
  options.progress = [&](const Progress&) { most = std::max(most, private_memory()); };
  decompose(model, backend, prompts, options);
  return std::max(most, private_memory());
}

/// The demo model with prompts; skips the test if there is none, or if memory cannot be measured.
class MemoryOfARealModel : public testing::Test {
 protected:
  void SetUp() override {
    const auto path = test::demo_model();
    if (!path || private_memory() == 0 || test::is_sanitized()) GTEST_SKIP() << "no demo model, or nothing to measure";
    model.emplace(Model::load(*path));
    prompts = random_prompts(12, 150, model->config().d_vocab);
  }

  std::optional<Model> model;
  std::unique_ptr<Backend> backend = make_cpu_backend(2);
  std::vector<PromptIds> prompts;
  DecomposeOptions options{.stored = {.hidden = true, .z = true}};
};

TEST_F(MemoryOfARealModel, StaysBelowTheLimit) {
  give_back_large_blocks();
  options.memory_in_use = private_memory();
  options.memory_bytes = memory_need(Engine(*model, *backend), prompts, options).of_group(400, 3);
  EXPECT_GT(plan_decompose(Engine(*model, *backend), prompts, options).n_groups, 3);
  EXPECT_LE(most_held(*model, *backend, prompts, options), *options.memory_bytes);
}

TEST_F(MemoryOfARealModel, IsEstimatedFromAbove) {
  options.memory_in_use = private_memory();
  const std::int64_t estimate = plan_decompose(Engine(*model, *backend), prompts, options).memory;
  const std::int64_t held = most_held(*model, *backend, prompts, options);
  EXPECT_LE(held, estimate);
  EXPECT_GT(held, estimate / 3) << "an estimate that says something";
}

}  // namespace
}  // namespace partwise::internal
