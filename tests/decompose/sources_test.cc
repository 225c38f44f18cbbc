// Splits heads by the sources that they attend to.
#include "support/sources.h"

#include <gtest/gtest.h>

#include <cmath>

#include "decompose/decompose.h"
#include "decompose/memory.h"
#include "ops/host_rows.h"
#include "pass/pass.h"
#include "support/golden.h"
#include "support/paths.h"

namespace partwise::internal {
namespace {

using test::with_sources;

std::size_t longest(const std::vector<PromptIds>& prompts) {
  std::size_t n = 0;
  for (const PromptIds& prompt : prompts) n = std::max(n, prompt.ids.size());
  return n;
}

class SourcesTest : public testing::TestWithParam<Precision> {
 protected:
  static Contributions run(const Model& model, std::span<const PromptIds> prompts, int threads,
                           const DecomposeOptions& options) {
    return decompose(model, *make_cpu_backend(threads, GetParam()), prompts, options);
  }
};

// Covers all features of the golden models: grouped queries, biases, parallel blocks, post-norms, windows.
TEST_P(SourcesTest, SumToTheHeadsOfEveryArchitecture) {
  for (const auto& folder : test::tiny_models()) {
    const Model model = Model::load(folder);
    const std::vector<PromptIds> prompts = with_sources(test::read_golden(folder).prompts);
    // A chain of float32 sums over n keys is off by at most n halves of a unit in the last place.
    const double chain = 0x1p-24 * static_cast<double>(longest(prompts));
    const double bound = GetParam() == Precision::f32 ? std::max(1e-6, chain) : 2e-2;
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
  EXPECT_TRUE(std::ranges::equal(run(model, prompts, 2, {.n_sources = 3}).by_source.flat(), all.by_source.flat()));
  DecomposeOptions little{.n_sources = 3};
  little.memory_bytes = memory_need(Engine(model, *make_cpu_backend(1, GetParam())), prompts, little).least();
  DecomposeStats stats;
  const Contributions grouped = decompose(model, *make_cpu_backend(1, GetParam()), prompts, little, &stats);
  EXPECT_GT(stats.n_groups, 1);
  EXPECT_TRUE(std::ranges::equal(grouped.by_source.flat(), all.by_source.flat()));
  const std::int64_t size = all.by_source.size() / all.n_examples();
  for (std::int64_t i = 0; i < all.n_examples(); ++i) {  // alone
    const Contributions one = run(model, std::span(prompts).subspan(i, 1), 2, {.n_sources = 3});
    EXPECT_TRUE(std::equal(one.by_source.flat().begin(), one.by_source.flat().end(), all.by_source.data() + i * size));
  }
}

// The split by token has one source per token. A source is the sum of its tokens.
TEST_P(SourcesTest, AreSumsOverTheirTokens) {
  for (const char* name : {"tiny-llama", "tiny-gemma3"}) {
    const auto folder = test::source_dir() / "tests" / "golden" / name;
    const Model model = Model::load(folder);
    const std::vector<PromptIds> prompts = with_sources(test::read_golden(folder).prompts);
    const Contributions g = run(model, prompts, 2, {.n_sources = 3, .by_token = true});
    const std::int64_t longest = g.token_ids.dim(1), n_heads = g.n_layers() * g.n_heads(), n_labels = g.n_labels();
    ASSERT_EQ(g.by_token.shape(), (Shape{g.n_examples(), g.n_layers(), g.n_heads(), longest, n_labels}));
    for (std::int64_t i = 0; i < g.n_examples(); ++i) {
      const auto& ids = prompts[static_cast<std::size_t>(i)].ids;
      for (std::int64_t t = 0; t < longest; ++t)
        ASSERT_EQ(g.token_ids(i, t), t < std::ssize(ids) ? ids[static_cast<std::size_t>(t)] : -1);
      for (std::int64_t h = i * n_heads; h < (i + 1) * n_heads; ++h)
        for (std::int64_t y = 0; y < n_labels; ++y) {
          double sums[3] = {}, size = 0;
          for (std::int64_t t = 0; t < longest; ++t) {
            const float value = g.by_token.data()[(h * longest + t) * n_labels + y];
            ASSERT_TRUE(t < std::ssize(ids) || value == 0) << "behind the prompt's end";
            sums[t % 3] += double{value};
            size += std::abs(double{value});
          }
          for (std::int64_t s = 0; s < 3; ++s)  // rounded to float32 before and after division
            ASSERT_NEAR(g.by_source.data()[(h * 3 + s) * n_labels + y], sums[s], 4 * 0x1p-24 * size + 1e-12) << name;
        }
    }
  }
}

/// Computes the split of the last prompt from its queries, keys and values, with a softmax in double precision:
/// alpha_hs * (W_O,hᵀ d . v_s), exactly the formula of docs/maths.md.
class ByHand : public PassObserver {
 public:
  ByHand(const Model& model, const PromptIds& prompt) : model_(model), prompt_(prompt) {}

  bool wants_attention() const override { return true; }
  void on_embed(ConstRows) override {}
  void on_layer(const LayerAtPoints& layer) override {
    const AttentionAtPoints& a = *layer.attention;
    const ConstMatrix q = on_host(a.q), k = on_host(a.k), v = on_host(a.v);
    const std::int64_t n = std::ssize(prompt_.ids), group = a.shape.n_heads / a.shape.n_kv_heads;
    const std::int64_t first = a.shape.window > 0 ? std::max<std::int64_t>(0, n - a.shape.window) : 0;
    for (std::int64_t h = 0; h < a.shape.n_heads; ++h) {
      std::vector<double> weights;
      double total = 0;
      for (std::int64_t s = first; s < n; ++s) {  // one prompt alone: row s of the tree is its token s
        double score = 0;
        for (std::int64_t c = 0; c < a.shape.d_head; ++c)
          score += double{q.row(0)[h * a.shape.d_head + c]} * double{k.row(s)[h / group * a.shape.d_head + c]};
        total += weights.emplace_back(std::exp(capped(score * double{a.shape.scale}, a.shape.cap)));
      }
      if (!a.shape.sinks.empty()) total += std::exp(double{a.shape.sinks[static_cast<std::size_t>(h)]});
      std::vector<std::vector<double>> all_folded;  // of each label
      for (std::int32_t id : prompt_.label_ids) all_folded.push_back(fold(layer, h, id));
      for (std::int64_t s = 0; s < n; ++s)
        for (const auto& folded : all_folded) {
          double g = 0;
          for (std::int64_t c = 0; c < a.shape.d_head; ++c)
            g += folded[static_cast<std::size_t>(c)] * double{v.row(s)[h / group * a.shape.d_head + c]};
          const double weight = s < first ? 0 : weights[static_cast<std::size_t>(s - first)] / total;
          values.push_back(weight * g / (layer.ln1_post_scale.empty() ? 1 : layer.ln1_post_scale[0]));
        }
    }
  }
  void on_final_residual(ConstRows rows) override {
    const ConstMatrix resid = on_host(rows);
    const bool centred = model_.config().norm == NormKind::layer;
    double mean = 0, squares = 0;
    for (std::int64_t i = 0; i < resid.cols; ++i) mean += resid.row(0)[i] / static_cast<double>(resid.cols);
    for (std::int64_t i = 0; i < resid.cols; ++i) squares += std::pow(resid.row(0)[i] - (centred ? mean : 0), 2);
    const double scale = std::sqrt(squares / static_cast<double>(resid.cols) + double{model_.config().norm_eps});
    for (double& value : values) value /= scale;
  }

  std::vector<double> values;  // [layer, head, token, label]

 private:
  /// W_O,hᵀ (gains of the norms * U_y, centred for a LayerNorm)  [d_head]
  std::vector<double> fold(const LayerAtPoints& layer, std::int64_t h, std::int32_t id) const {
    const HostMatrix u = model_.unembed(std::vector<std::int32_t>{id});
    const NormWeights norm = model_.final_norm(), post = layer.weights.ln1_post;
    std::vector<double> direction;
    double mean = 0;
    for (std::int64_t i = 0; i < u.cols; ++i) {
      direction.push_back(double{u.values[i]} * double{norm.gain[i]});
      mean += direction.back() / static_cast<double>(u.cols);
    }
    const RowReader& o = layer.weights.o;
    std::vector<float> row(static_cast<std::size_t>(o.cols));
    std::vector<double> folded(static_cast<std::size_t>(model_.config().d_head));
    for (std::int64_t i = 0; i < o.rows; ++i) {
      double d = direction[i] - (model_.config().norm == NormKind::layer ? mean : 0);
      if (post) d *= double{post.gain[i]};
      o.read(i, {row.data(), 1, o.cols, o.cols});
      for (std::size_t c = 0; c < folded.size(); ++c) folded[c] += d * double{row[h * folded.size() + c]};
    }
    return folded;
  }

  const Model& model_;
  const PromptIds& prompt_;
};

TEST(ByToken, IsWhatTheFormulaSaysByHand) {
  for (const auto& folder : test::tiny_models()) {
    const Model model = Model::load(folder);
    const auto golden = test::read_golden(folder);
    const PromptIds& prompt = golden.prompts.back();
    const auto backend = make_cpu_backend(2);
    const std::vector<std::span<const std::int32_t>> ids = {prompt.ids};
    ByHand by_hand(model, prompt);
    run_pass(Engine(model, *backend), {build_prefix_tree(ids), {}}, by_hand);
    const Contributions g = decompose(model, *backend, golden.prompts, {.by_token = true});
    const std::int64_t longest = g.token_ids.dim(1), i = g.n_examples() - 1;
    std::vector<float> values;
    for (std::int64_t l = 0; l < g.n_layers(); ++l)
      for (std::int64_t h = 0; h < g.n_heads(); ++h)
        for (std::int64_t t = 0; t < std::ssize(prompt.ids); ++t)
          for (std::int64_t y = 0; y < g.n_labels(); ++y) values.push_back(g.by_token(i, l, h, t, y));
    ASSERT_GE(longest, std::ssize(prompt.ids));
    // Directions and folded projections are rounded to float32, and results twice. Some results are tens of deviations.
    EXPECT_LT(test::relative_miss(values, by_hand.values), 5e-6) << folder;
  }
}

TEST(ByToken, CountsAsMemory) {
  const auto folder = test::source_dir() / "tests" / "golden" / "tiny-llama";
  const Model model = Model::load(folder);
  const auto backend = make_cpu_backend(1);
  const std::vector<PromptIds> prompts = with_sources({{{1, 2, 3}, {4, 5}, {}}, {{1, 2, 3, 4, 5}, {4, 6}, {}}});
  const MemoryNeed plain = memory_need(Engine(model, *backend), prompts, {});
  const std::int64_t of_head = 3 * 4 * 2 * 4;  // layers, heads, labels, bytes
  const auto more = [&](const DecomposeOptions& options) {
    return memory_need(Engine(model, *backend), prompts, options).results - plain.results;
  };
  EXPECT_EQ(more({.n_sources = 3}), 2 * (3 * of_head + 4));  // and the certificate
  EXPECT_EQ(more({.by_token = true}), 2 * (5 * of_head + 5 * 4 + 4));
  EXPECT_GT(memory_need(Engine(model, *backend), prompts, {.by_token = true}).per_row, plain.per_row);
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
}  // namespace partwise::internal
