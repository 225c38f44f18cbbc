// Heads split over where they attend to.
#include <gtest/gtest.h>

#include "decompose/decompose.h"
#include "support/golden.h"
#include "support/paths.h"

namespace partwise {
namespace {

/// Token i of a prompt belongs to source i modulo 3.
std::vector<PromptIds> with_sources(std::vector<PromptIds> prompts) {
  for (PromptIds& prompt : prompts)
    for (std::size_t i = 0; i < prompt.ids.size(); ++i) prompt.sources.push_back(static_cast<std::int32_t>(i % 3));
  return prompts;
}

class SourcesTest : public testing::TestWithParam<Precision> {
 protected:
  static Contributions run(const Model& model, std::span<const PromptIds> prompts, int threads,
                           const DecomposeOptions& options) {
    return decompose(model, *make_cpu_backend(threads, GetParam()), prompts, options);
  }
};

// Grouped queries, biases, parallel blocks, post-norms, windows: whatever the golden models have.
TEST_P(SourcesTest, SumToTheHeadsOfEveryArchitecture) {
  const double bound = GetParam() == Precision::f32 ? 1e-6 : 2e-2;
  for (const auto& folder : test::golden_folders(test::source_dir() / "tests" / "golden")) {
    const Model model = Model::load(folder);
    const std::vector<PromptIds> prompts = with_sources(test::read_golden(folder).prompts);
    const Contributions g = run(model, prompts, 2, {.n_sources = 3});
    ASSERT_EQ(g.by_source.shape(), (Shape{g.n_examples(), g.n_layers(), g.n_heads(), 3, g.n_labels()}));
    for (float miss : g.source_certificate.flat()) ASSERT_LE(miss, bound) << folder;
    for (std::int64_t i = 0; i < g.heads.size(); ++i) {
      const std::int64_t head = i / g.n_labels(), y = i % g.n_labels();
      double sum = 0;
      for (std::int64_t s = 0; s < 3; ++s) sum += g.by_source.data()[(head * 3 + s) * g.n_labels() + y];
      ASSERT_NEAR(sum, g.heads.data()[i], bound * 10) << folder;
    }
  }
}

TEST_P(SourcesTest, AreTheSameInAnyGroupsAndOnAnyThreads) {
  const auto folder = test::source_dir() / "tests" / "golden" / "tiny-gemma3";
  const Model model = Model::load(folder);
  const std::vector<PromptIds> prompts = with_sources(test::read_golden(folder).prompts);
  const Contributions all = run(model, prompts, 1, {.n_sources = 3});
  EXPECT_EQ(run(model, prompts, 2, {.n_sources = 3}).by_source.flat().size(), all.by_source.flat().size());
  const std::int64_t size = all.by_source.size() / all.n_examples();
  for (std::int64_t i = 0; i < all.n_examples(); ++i) {  // alone
    const Contributions one = run(model, std::span(prompts).subspan(i, 1), 2, {.n_sources = 3});
    EXPECT_TRUE(std::equal(one.by_source.flat().begin(), one.by_source.flat().end(), all.by_source.data() + i * size));
  }
}

TEST_P(SourcesTest, ChangeNothingElse) {
  const auto folder = test::source_dir() / "tests" / "golden" / "tiny-llama";
  const Model model = Model::load(folder);
  const std::vector<PromptIds> prompts = with_sources(test::read_golden(folder).prompts);
  const Contributions split = run(model, prompts, 2, {.n_sources = 3});
  const Contributions plain = run(model, prompts, 2, {});
  EXPECT_TRUE(plain.by_source.empty());
  EXPECT_TRUE(std::equal(split.heads.flat().begin(), split.heads.flat().end(), plain.heads.data()));
  EXPECT_TRUE(std::equal(split.mlps.flat().begin(), split.mlps.flat().end(), plain.mlps.data()));
}

INSTANTIATE_TEST_SUITE_P(Precisions, SourcesTest, testing::Values(Precision::f32, Precision::bf16),
                         [](const auto& param) { return std::string(name(param.param)); });

}  // namespace
}  // namespace partwise
