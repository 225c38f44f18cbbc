// A program that embeds partwise may decompose in several threads at the same time with one model and one back end.
#include <gtest/gtest.h>

#include <algorithm>
#include <future>
#include <latch>
#include <vector>

#include "decompose/decompose.h"
#include "support/golden.h"

namespace partwise::internal {
namespace {

using Prompts = std::vector<PromptIds>;

class TwoHostThreads : public testing::TestWithParam<Precision> {};

TEST_P(TwoHostThreads, GetTheSameBitsAsAlone) {
  for (const auto& folder : test::tiny_models()) {
    const Model model = Model::load(folder);
    const auto backend = make_cpu_backend(2, GetParam());
    const Prompts forward = test::read_golden(folder).prompts, backward(forward.rbegin(), forward.rend());
    const Contributions alone[] = {decompose(model, *backend, forward), decompose(model, *backend, backward)};
    std::latch start(2);
    const auto together = [&](const Prompts& prompts) {
      start.arrive_and_wait();
      std::vector<Contributions> runs;
      for (int i = 0; i < 3; ++i) runs.push_back(decompose(model, *backend, prompts));
      return runs;
    };
    auto one = std::async(std::launch::async, together, forward);
    auto other = std::async(std::launch::async, together, backward);
    for (const Contributions& run : one.get()) test::expect_same_bits(run, alone[0], folder.string());
    for (const Contributions& run : other.get()) test::expect_same_bits(run, alone[1], folder.string());
  }
}

INSTANTIATE_TEST_SUITE_P(Precisions, TwoHostThreads, testing::Values(Precision::f32, Precision::bf16),
                         [](const auto& param) { return std::string(name(param.param)); });

}  // namespace
}  // namespace partwise::internal
