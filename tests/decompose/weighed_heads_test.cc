// Heads that are weighed and summed, beside the weighed sums of their splits by source.
#include "decompose/weighed_heads.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/random.h"
#include "decompose/decompose.h"
#include "decompose/memory.h"
#include "support/errors.h"
#include "support/golden.h"
#include "support/paths.h"
#include "support/sources.h"

namespace partwise::internal {
namespace {

using test::with_sources;

/// Terms are float32, and attention sums up to 300 of them in float32.
constexpr double kRounding = 300 * 0x1p-24;

double random_number(Random& random) { return 2 * random.uniform() - 1; }

HeadWeights random_weights(const ModelConfig& c, std::int64_t n_labels, std::uint64_t seed) {
  Random random(seed);
  HeadWeights weights{Array<double>({c.n_layers, c.n_heads, n_labels, n_labels}),
                      Array<float>({c.n_layers, n_labels, c.n_heads, c.d_head})};
  for (double& w : weights.logits.flat()) w = random_number(random);
  for (float& w : weights.outputs.flat()) w = static_cast<float>(random_number(random));
  return weights;
}

/// Token i belongs to source i modulo 3, as with_sources() has it; every second prompt has the second weights.
WeighedHeads weighed(const ModelConfig& config, const std::vector<PromptIds>& prompts) {
  const auto n_labels = static_cast<std::int64_t>(prompts[0].n_labels());
  WeighedHeads heads{{random_weights(config, n_labels, 1), random_weights(config, n_labels, 2)}, 3, {}};
  for (const PromptIds& prompt : prompts) heads.prompts.push_back({heads.prompts.size() % 2, prompt.sources});
  return heads;
}

Contributions run(const Model& model, const Backend& backend, std::span<const PromptIds> prompts, WeighedHeads& heads) {
  DecomposeOptions options{.stored = {.hidden = false, .z = true}};
  options.weighed = &heads;
  return decompose(model, backend, prompts, options);
}

/// A sum, and the sum of its terms' sizes, which says how far float32 may be off.
struct Sum {
  double value = 0, size = 0;

  void add(double weight, float term) {
    value += weight * double{term};
    size += std::abs(weight * double{term});
  }
};

/// Adds the weighed sum over heads of by_source, which does not tell what outputs add.
void add_logits(const Contributions& g, const HeadWeights& weights, std::int64_t e, std::int64_t s, std::int64_t y,
                Sum& sum) {
  for (std::int64_t l = 0; l < g.n_layers(); ++l)
    for (std::int64_t h = 0; h < g.n_heads(); ++h)
      for (std::int64_t z = 0; z < g.n_labels(); ++z) sum.add(weights.logits(l, h, y, z), g.by_source(e, l, h, s, z));
}

/// What the weights make of the heads' outputs as the run holds them.
Sum sum_of_outputs(const Contributions& g, const HeadWeights& weights, std::int64_t e, std::int64_t y) {
  Sum sum;
  for (std::int64_t l = 0; l < g.n_layers(); ++l)
    for (std::int64_t h = 0; h < g.n_heads(); ++h)
      for (std::int64_t j = 0; j < g.z.dim(3); ++j) sum.add(double{weights.outputs(l, y, h, j)}, g.z(e, l, h, j));
  return sum;
}

std::vector<PromptIds> with_long_labels(std::vector<PromptIds> prompts) {
  for (PromptIds& prompt : prompts) {
    prompt.label_ids.clear();
    prompt.labels = {{5, 9, 7}, {5, 9, 11, 6}, {8}, {5, 10}};
  }
  return prompts;
}

/// The split by source has no column for what a label's own tokens add; they count with source 0.
void expect_weighed_splits(const Model& model, std::vector<PromptIds> prompts, const std::string& what) {
  prompts = with_sources(std::move(prompts));
  const bool is_long = !prompts[0].labels.empty();
  const auto backend = make_cpu_backend(2);
  WeighedHeads heads = weighed(model.config(), prompts), logits_only = heads;
  for (HeadWeights& weights : logits_only.weights) weights.outputs = {};
  const Contributions parts = run(model, *backend, prompts, heads);
  run(model, *backend, prompts, logits_only);
  const Contributions split = decompose(model, *backend, prompts, {.n_sources = is_long ? 4 : 3});
  for (std::int64_t e = 0; e < parts.n_examples(); ++e)
    for (std::int64_t y = 0; y < parts.n_labels(); ++y) {
      const HeadWeights& weights = heads.weights[heads.prompts[e].weights];
      double found = 0;
      for (std::int64_t s = 0; s < 3; ++s) {
        Sum expected;
        add_logits(split, weights, e, s, y, expected);
        if (is_long && s == 0) add_logits(split, weights, e, 3, y, expected);
        ASSERT_NEAR(logits_only.sums(e, s, y), expected.value, kRounding * expected.size) << what;
        found += heads.sums(e, s, y) - logits_only.sums(e, s, y);
      }
      const Sum outputs = sum_of_outputs(parts, weights, e, y);
      ASSERT_NEAR(found, outputs.value, kRounding * outputs.size) << what;
    }
}

TEST(WeighedHeads, AreTheWeighedSumsOfTheSplitBySource) {
  for (const auto& folder : test::tiny_models())
    expect_weighed_splits(Model::load(folder), test::read_golden(folder).prompts, folder);
}

TEST(WeighedHeads, AreSumsAlongTheTreesOfLongLabels) {
  for (const auto& folder : test::tiny_models())
    if (const Model model = Model::load(folder); model.config().logit_cap == 0)
      expect_weighed_splits(model, with_long_labels(test::read_golden(folder).prompts), folder);
}

TEST(WeighedHeads, AreNotReadOfLongLabelsWhoseLogitsAreCapped) {
  const auto folder = test::source_dir() / "tests" / "golden" / "tiny-gemma2";
  const Model model = Model::load(folder);
  const std::vector<PromptIds> prompts = with_sources(with_long_labels(test::read_golden(folder).prompts));
  WeighedHeads heads = weighed(model.config(), prompts);
  const Error error = test::error_of([&] { run(model, *make_cpu_backend(1), prompts, heads); });
  EXPECT_EQ(error.code(), ErrorCode::usage);
}

TEST(WeighedHeads, AreTheSameOnAnyThreadsAndForAPromptAloneAndChangeNothingElse) {
  for (const char* name : {"tiny-gemma3", "tiny-llama"}) {
    const auto folder = test::source_dir() / "tests" / "golden" / name;
    const Model model = Model::load(folder);
    const std::vector<PromptIds> prompts = with_sources(with_long_labels(test::read_golden(folder).prompts));
    const auto backend = make_cpu_backend(1);
    WeighedHeads one = weighed(model.config(), prompts), two = one;
    const Contributions parts = run(model, *backend, prompts, one);
    test::expect_same_bits(decompose(model, *backend, prompts), parts, name);
    run(model, *make_cpu_backend(2), prompts, two);
    EXPECT_TRUE(std::ranges::equal(one.sums.flat(), two.sums.flat()));
    const std::int64_t size = one.sums.size() / std::ssize(prompts);
    for (std::size_t i = 0; i < prompts.size(); ++i) {
      WeighedHeads alone = one;
      alone.prompts = {one.prompts[i]};
      run(model, *backend, std::span(prompts).subspan(i, 1), alone);
      EXPECT_TRUE(std::ranges::equal(alone.sums.flat(), one.sums.flat().subspan(i * size, size)));
    }
  }
}

TEST(WeighedHeads, AreTheSameInAnyGroups) {
  const auto folder = test::source_dir() / "tests" / "golden" / "tiny-gemma3";
  const Model model = Model::load(folder);
  const std::vector<PromptIds> prompts = with_sources(test::read_golden(folder).prompts);
  const auto backend = make_cpu_backend(1);
  WeighedHeads all = weighed(model.config(), prompts), grouped = all;
  run(model, *backend, prompts, all);
  DecomposeOptions options{.weighed = &grouped};
  options.memory_bytes = memory_need(Engine(model, *backend), prompts, options).least();
  DecomposeStats stats;
  decompose(model, *backend, prompts, options, &stats);
  EXPECT_GT(stats.n_groups, 1);
  EXPECT_TRUE(std::ranges::equal(all.sums.flat(), grouped.sums.flat()));
}

TEST(WeighedHeads, CountAsMemory) {
  const Model model = Model::load(test::source_dir() / "tests" / "golden" / "tiny-llama");
  const auto backend = make_cpu_backend(1);
  const std::vector<PromptIds> prompts = with_sources({{{1, 2, 3}, {4, 5}, {}}, {{1, 2, 3, 4, 5}, {4, 6}, {}}});
  WeighedHeads heads = weighed(model.config(), prompts);
  const MemoryNeed plain = memory_need(Engine(model, *backend), prompts, {});
  const MemoryNeed need = memory_need(Engine(model, *backend), prompts, {.weighed = &heads});
  EXPECT_EQ(need.results - plain.results, 2 * 3 * 2 * 8);  // prompts, sources, labels, bytes
  EXPECT_GT(need.per_row, plain.per_row);
  EXPECT_GT(need.per_point, plain.per_point);
}

TEST(WeighedHeads, AreNotThoseOfAModelWithoutAHead) {
  const Model model = Model::load(test::source_dir() / "tests" / "golden" / "tiny-llama");
  const std::vector<PromptIds> prompts = with_sources({{{1, 2, 3}, {4, 5}, {}}});
  WeighedHeads heads = weighed(model.config(), prompts);
  const std::vector<AblatedPart> ablated = zero_parts(model.config(), std::vector<Component>{{0, 1}});
  const auto decompose_without = [&] {
    decompose(model, *make_cpu_backend(1), prompts, {.ablated = ablated, .weighed = &heads});
  };
  EXPECT_EQ(test::error_of(decompose_without).code(), ErrorCode::usage);
}

}  // namespace
}  // namespace partwise::internal
