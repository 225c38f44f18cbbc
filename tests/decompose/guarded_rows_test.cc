// The host never touches rows: what a back end with memory of its own needs (ops/rows.h).
#include <gtest/gtest.h>

#include "decompose/decompose.h"
#include "ops/host_rows.h"
#include "support/golden.h"
#include "support/guarded_backend.h"
#include "support/paths.h"
#include "support/sources.h"

namespace partwise::internal {
namespace {

using test::with_sources;

class GuardedRows : public testing::TestWithParam<Precision> {};

// Everything that a pass can be asked for, twice, so that the second pass grows onto known rows.
TEST_P(GuardedRows, AreTouchedByOperationsOnly) {
  for (const auto& folder : test::tiny_models()) {
    const Model model = Model::load(folder);
    const std::vector<PromptIds> prompts = with_sources(test::read_golden(folder).prompts);
    const DecomposeOptions options{.n_sources = 3, .by_token = true, .stored = {.hidden = true, .z = true}};
    const auto guarded = test::make_guarded_backend(GetParam()), open = make_reference_backend(GetParam());
    const Engine engine(model, *guarded, Residency::resident, 1'000'000);
    const Contributions expected = decompose(model, *open, prompts, options);
    for (int pass = 0; pass < 2; ++pass) {
      const Contributions g = decompose(engine, prompts, options);
      test::expect_same_bits(g, expected, folder.string());
      EXPECT_TRUE(test::same_bits(g.by_source, expected.by_source)) << folder;
      EXPECT_TRUE(test::same_bits(g.hidden, expected.hidden)) << folder;
      EXPECT_TRUE(test::same_bits(g.z, expected.z)) << folder;
    }
  }
}

TEST_P(GuardedRows, AreTouchedByOperationsOnlyIfPartsAreReplaced) {
  for (const auto& folder : test::tiny_models()) {
    const Model model = Model::load(folder);
    const std::vector<PromptIds> prompts = test::read_golden(folder).prompts;
    const auto guarded = test::make_guarded_backend(GetParam()), open = make_reference_backend(GetParam());
    const std::vector<Component> parts = {{0, 0}, {0, -1}};
    const auto without = [&](const Backend& backend) {
      return decompose(model, backend, prompts, {.ablated = mean_parts(Engine(model, backend), prompts, parts)});
    };
    test::expect_same_bits(without(*guarded), without(*open), folder.string());
  }
}

INSTANTIATE_TEST_SUITE_P(Precisions, GuardedRows, testing::Values(Precision::f32, Precision::bf16),
                         [](const auto& param) { return std::string(name(param.param)); });

TEST(GuardedRowsDeathTest, ReadingThemOnTheHostCrashes) {
  testing::GTEST_FLAG(death_test_style) = "threadsafe";
  const auto backend = test::make_guarded_backend();
  OwnedRows rows = backend->allocate(2, 3);
  backend->fill(rows.view(), std::vector<float>{1, 2, 3});
  HostMatrix host(2, 3);
  backend->download(rows.view(), host.view());
  EXPECT_EQ(host.values, (std::vector<float>{1, 2, 3, 1, 2, 3}));
  EXPECT_DEATH(static_cast<void>(on_host(rows.view()).row(0)[0] += 1), "");
}

}  // namespace
}  // namespace partwise::internal
