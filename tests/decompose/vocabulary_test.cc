// The whole vocabulary at read points, against passes that read every token as a label word.
#include "decompose/vocabulary.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "base/json.h"
#include "decompose/decompose.h"
#include "decompose/label_directions.h"
#include "decompose/memory.h"
#include "model/random_checkpoint.h"
#include "support/errors.h"
#include "support/golden.h"
#include "support/guarded_backend.h"
#include "support/paths.h"

namespace partwise::internal {
namespace {

using ::testing::HasSubstr;
using Tokens = std::vector<std::int32_t>;

constexpr WholeVocabulary kAll = {.log_sum_exp = true, .logits = true, .n_top = 5, .mixture = Mixture::of_all};

Tokens all_tokens(const Model& model) {
  Tokens all(static_cast<std::size_t>(model.config().d_vocab));
  std::iota(all.begin(), all.end(), 0);
  return all;
}

/// The prompts, read at every position for one token.
std::vector<PromptIds> read_everywhere(std::vector<PromptIds> prompts, const Tokens& labels) {
  for (PromptIds& prompt : prompts) {
    prompt.label_ids.clear();
    for (std::int64_t i = 0; i < std::ssize(prompt.ids); ++i) prompt.points.push_back({i, labels});
  }
  return prompts;
}

std::vector<PromptIds> some_prompts(const std::filesystem::path& folder) {
  std::vector<PromptIds> prompts = test::read_golden(folder).prompts;
  prompts.resize(2);
  return prompts;
}

/// The softmax of the logits without one token, in plain double precision.
struct Softmax {
  Softmax(std::span<const float> logits, std::int32_t without) {
    double top = -INFINITY, sum = 0;
    for (float logit : logits) top = std::max(top, double{logit});
    for (std::int32_t v = 0; v < std::ssize(logits); ++v)
      weights.push_back(v == without ? 0 : std::exp(double{logits[v]} - top));
    for (double weight : weights) sum += weight;
    for (double& weight : weights) weight /= sum;
    for (double weight : weights) entropy -= weight > 0 ? weight * std::log(weight) : 0;
    log_sum_exp = top + std::log(sum);
  }
  std::vector<double> weights;
  double entropy = 0, log_sum_exp = 0;
};

class OfTheVocabulary : public testing::TestWithParam<Precision> {};

TEST_P(OfTheVocabulary, IsWhatTheLogitsOfAllTokensSay) {
  for (const auto& folder : test::tiny_models()) {
    const Model model = Model::load(folder);
    const auto backend = make_cpu_backend(2, GetParam());
    const Engine engine(model, *backend);
    const PointParts every = decompose_points(engine, read_everywhere(some_prompts(folder), all_tokens(model)));
    const PointParts before =  // the cap, if there is one
        decompose_points(engine, read_everywhere(some_prompts(folder), all_tokens(model)), {.before_cap = true});
    const auto prompts = read_everywhere(some_prompts(folder), {7});
    for (const Mixture mixture : {Mixture::of_all, Mixture::of_rivals}) {
      WholeVocabulary asked = kAll;
      asked.mixture = mixture;
      const VocabularyAtPoints found = decompose_points(engine, prompts, {.vocabulary = asked}).vocabulary;
      const HostMatrix unembed = model.unembed(all_tokens(model));
      for (std::int64_t p = 0; p < every.n_points(); ++p) {
        const auto logits = every.block(every.flat.logits, p, 1);
        const Softmax all(logits, -1), mixed(logits, mixture == Mixture::of_all ? -1 : 7);
        for (std::int64_t v = 0; v < std::ssize(logits); ++v)
          ASSERT_NEAR(found.logits(p, v), logits[v], 1e-5) << folder;
        EXPECT_NEAR(found.log_sum_exp[p], all.log_sum_exp, 1e-5) << folder;
        EXPECT_NEAR(found.mixed_log_sum_exp[p], mixed.log_sum_exp, 1e-5) << folder;
        EXPECT_NEAR(found.entropy[p], mixed.entropy, 1e-5) << folder;
        for (std::int64_t i = 0; i < unembed.cols; ++i) {
          double mean = 0;
          for (std::int64_t v = 0; v < unembed.rows; ++v)
            mean += mixed.weights[v] * double{unembed.view().row(v)[i]} *
                    held_cap(before.block(before.flat.logits, p, 1)[v], model.config().logit_cap);
          ASSERT_NEAR(found.mixtures.rows(p, i), mean, 1e-5) << folder;
        }
      }
    }
  }
}

TEST_P(OfTheVocabulary, TopTokensHaveTheHighestLogitsToTheBit) {
  for (const auto& folder : test::tiny_models()) {
    const Model model = Model::load(folder);
    const auto backend = make_cpu_backend(2, GetParam());
    const Engine engine(model, *backend);
    const PointParts every = decompose_points(engine, read_everywhere(some_prompts(folder), all_tokens(model)));
    const PointParts found = decompose_points(engine, read_everywhere(some_prompts(folder), {7}), {.vocabulary = kAll});
    for (std::int64_t p = 0; p < every.n_points(); ++p) {
      const auto logits = every.block(every.flat.logits, p, 1);
      Tokens order = all_tokens(model);
      std::ranges::stable_sort(order, [&](std::int32_t a, std::int32_t b) { return logits[a] > logits[b]; });
      for (std::int64_t j = 0; j < kAll.n_top; ++j) {
        EXPECT_EQ(found.vocabulary.top_ids(p, j), order[j]) << folder << p;
        EXPECT_EQ(found.vocabulary.top_logits(p, j), logits[order[j]]) << folder << p;
      }
    }
  }
}

TEST_P(OfTheVocabulary, SumDoesNotDependOnHowManyTokensAreNamed) {
  const Model model = Model::load(test::source_dir() / "tests/golden/tiny-llama");
  const auto backend = make_cpu_backend(2, GetParam());
  const Engine engine(model, *backend);
  const std::vector<PromptIds> prompts = read_everywhere({{{5, 9, 7, 11, 30, 8}}}, {7});
  const auto sums = [&](std::int64_t n_top) {
    return decompose_points(engine, prompts, {.vocabulary = {.log_sum_exp = true, .n_top = n_top}})
        .vocabulary.log_sum_exp;
  };
  EXPECT_EQ(sums(2), sums(0));
  EXPECT_EQ(sums(20), sums(0));
}

INSTANTIATE_TEST_SUITE_P(Precisions, OfTheVocabulary, testing::Values(Precision::f32, Precision::bf16),
                         [](const auto& param) { return std::string(name(param.param)); });

// Mixtures of the parts' contributions to all tokens, taken in double precision.
TEST(Mixtures, AreReadLikeLabelWords) {
  for (const auto& folder : test::tiny_models()) {
    const Model model = Model::load(folder);
    const auto backend = make_cpu_backend(2);
    const Engine engine(model, *backend);
    const PointParts every = decompose_points(engine, read_everywhere(some_prompts(folder), all_tokens(model)));
    std::vector<PromptIds> prompts = read_everywhere(some_prompts(folder), {7});
    const VocabularyAtPoints found =
        decompose_points(engine, prompts, {.vocabulary = {.mixture = Mixture::of_rivals}}).vocabulary;
    std::int32_t next = static_cast<std::int32_t>(model.config().d_vocab);
    for (PromptIds& prompt : prompts)
      for (ReadPoint& point : prompt.points) point.label_ids.push_back(next++);
    LabelCache cache;
    const PointParts parts = decompose_points(engine, prompts, {.label_cache = &cache, .mixtures = &found.mixtures});
    for (std::int64_t p = 0; p < every.n_points(); ++p) {
      const Contributions mixed = parts.at(p), of_all = every.at(p);
      const Softmax rivals(of_all.logits.flat(), 7);
      const auto mean = [&](auto read) {
        double sum = 0;
        for (std::int64_t v = 0; v < model.config().d_vocab; ++v) sum += rivals.weights[v] * double{read(of_all, v)};
        return sum;
      };
      const auto head = [](const Contributions& c, std::int64_t y) { return c.heads(0, c.n_layers() - 1, 0, y); };
      const auto mlp = [](const Contributions& c, std::int64_t y) { return c.mlps(0, c.n_layers() - 1, y); };
      const auto embed = [](const Contributions& c, std::int64_t y) { return c.embed(0, y); };
      const auto bias = [](const Contributions& c, std::int64_t y) { return c.bias(0, y); };
      EXPECT_NEAR(head(mixed, 1), mean(head), 1e-5) << folder << p;
      EXPECT_NEAR(mlp(mixed, 1), mean(mlp), 1e-5) << folder << p;
      EXPECT_NEAR(embed(mixed, 1), mean(embed), 1e-5) << folder << p;
      EXPECT_NEAR(bias(mixed, 1), mean(bias), 1e-5) << folder << p;
      // the log-odds of the token are those that its parts sum to, less the rivals' spread
      EXPECT_NEAR(mixed.logits(0, 0) - found.mixed_log_sum_exp[p],
                  mixed.logits(0, 0) - mixed.logits(0, 1) - found.entropy[p], 1e-4)
          << folder << p;
    }
  }
}

TEST(Mixtures, ThatAreNotGivenAreNoLabels) {
  const Model model = Model::load(test::source_dir() / "tests/golden/tiny-llama");
  const auto backend = make_cpu_backend(1);
  const Mixtures mixtures{Array<float>({2, model.config().d_model}), {0, 0}};
  const auto read = [&](std::int32_t beyond) {
    const std::int32_t label = static_cast<std::int32_t>(model.config().d_vocab) + beyond;
    decompose_points(Engine(model, *backend), std::vector<PromptIds>{{{1, 2}, {label}}}, {.mixtures = &mixtures});
  };
  read(1);
  EXPECT_THAT(test::error_of([&] { read(2); }).what(), HasSubstr("token id 313 is outside the vocabulary"));
}

/// A vocabulary of several blocks, the last of which is not full.
class LargeVocabulary : public testing::Test {
 protected:
  static Model make(const std::filesystem::path& folder) {
    const Json config = {{"model_type", "llama"},
                         {"hidden_size", 24},
                         {"intermediate_size", 8},
                         {"num_hidden_layers", 2},
                         {"num_attention_heads", 2},
                         {"max_position_embeddings", 64},
                         {"vocab_size", 2 * kTokensPerBlock + 100}};
    write_random_checkpoint(folder, config, DType::f32, 3);
    return Model::load(folder);
  }

  test::TempDir dir;
  Model model = make(dir.path());
  std::unique_ptr<Backend> backend = make_cpu_backend(2);
  std::vector<PromptIds> prompts = read_everywhere({{{5, 8000, 3}}, {{5, 8000, 4, 4200, 9}}}, {8250});
};

void expect_same(const VocabularyAtPoints& a, std::int64_t p, const VocabularyAtPoints& b, std::int64_t q) {
  for (std::int64_t j = 0; j < kAll.n_top; ++j) EXPECT_EQ(a.top_ids(p, j), b.top_ids(q, j));
  for (std::int64_t i = 0; i < a.mixtures.rows.dim(1); ++i) ASSERT_EQ(a.mixtures.rows(p, i), b.mixtures.rows(q, i));
  for (std::int64_t v = 0; v < a.logits.dim(1); ++v) ASSERT_EQ(a.logits(p, v), b.logits(q, v));
  EXPECT_EQ(a.log_sum_exp[p], b.log_sum_exp[q]);
  EXPECT_EQ(a.entropy[p], b.entropy[q]);
}

TEST_F(LargeVocabulary, IsReadBlockByBlock) {
  Tokens all = all_tokens(model);
  std::vector<PromptIds> every = prompts;
  for (PromptIds& prompt : every)
    for (ReadPoint& point : prompt.points) point.label_ids = all;
  const Engine engine(model, *backend);
  const PointParts labels = decompose_points(engine, every, {.read_parts = false});
  const VocabularyAtPoints found = decompose_points(engine, prompts, {.vocabulary = kAll}).vocabulary;
  for (std::int64_t p = 0; p < labels.n_points(); ++p) {
    const auto logits = labels.block(labels.flat.logits, p, 1);
    for (std::int64_t v = 0; v < std::ssize(logits); ++v) ASSERT_NEAR(found.logits(p, v), logits[v], 1e-6);
    EXPECT_NEAR(found.log_sum_exp[p], Softmax(logits, -1).log_sum_exp, 1e-6);
  }
}

TEST_F(LargeVocabulary, HasTheSameBitsForEveryPointAlone) {
  const VocabularyAtPoints together =
      decompose_points(Engine(model, *backend), prompts, {.vocabulary = kAll}).vocabulary;
  const auto one_thread = make_cpu_backend(1);
  const Engine keeps(model, *one_thread, Residency::resident, 1'000'000, Residency::resident);
  std::int64_t p = 0;
  for (const PromptIds& prompt : prompts)
    for (const ReadPoint& point : prompt.points) {
      const std::vector<PromptIds> alone = {{prompt.ids, {}, {}, true, {point}}};
      expect_same(decompose_points(keeps, alone, {.vocabulary = kAll}).vocabulary, 0, together, p++);
    }
}

TEST_F(LargeVocabulary, IsPackedOnceIfItIsKept) {
  const Engine streams(model, *backend), keeps(model, *backend, Residency::streamed, 0, Residency::resident);
  EXPECT_NE(streams.unembedding(2), streams.unembedding(2));
  EXPECT_EQ(keeps.unembedding(2), keeps.unembedding(2));
  EXPECT_EQ(keeps.unembedding(2)->n_out(), 100);
  EXPECT_LT(streams.bytes_of_blocks(), keeps.bytes_of_blocks());
  keeps.unembedding(0), keeps.unembedding(1);
  EXPECT_EQ(keeps.bytes_of_blocks(), 0);
}

TEST_F(LargeVocabulary, CountsAsMemory) {
  const Engine engine(model, *backend);
  const auto need = [&](const WholeVocabulary& asked) { return memory_need(engine, prompts, {.vocabulary = asked}); };
  EXPECT_GE(need({.log_sum_exp = true}).constants, need({}).constants + 8 * model.config().d_vocab * 4);
  EXPECT_GE(need(kAll).results, need({}).results + 8 * model.config().d_vocab * 4);
}

TEST(OfTheVocabulary, IsReadByOperationsAlone) {
  const auto folder = test::source_dir() / "tests/golden/tiny-llama";
  const Model model = Model::load(folder);
  const auto guarded = test::make_guarded_backend(), fast = make_cpu_backend(2);
  const auto prompts = read_everywhere(some_prompts(folder), {7});
  const auto found = [&](const Backend& backend) {
    return decompose_points(Engine(model, backend), prompts, {.vocabulary = kAll}).vocabulary;
  };
  const VocabularyAtPoints plain = found(*guarded), other = found(*fast);
  for (std::size_t p = 0; p < plain.entropy.size(); ++p) {
    EXPECT_NEAR(plain.entropy[p], other.entropy[p], 1e-5);
    for (std::int64_t i = 0; i < plain.mixtures.rows.dim(1); ++i)
      EXPECT_NEAR(plain.mixtures.rows(p, i), other.mixtures.rows(p, i), 1e-5);
  }
}

TEST(OfTheVocabulary, IsNoNumberForAPromptThatFails) {
  const Model model = Model::load(test::source_dir() / "tests/golden/tiny-llama");
  const auto backend = make_cpu_backend(1);
  std::vector<PromptFailure> failures;
  const std::vector<PromptIds> prompts = {{{1, 2}, {5}}, {{-1}, {5}}};
  const VocabularyAtPoints found =
      decompose_points(Engine(model, *backend), prompts, {.vocabulary = kAll, .failures = &failures}).vocabulary;
  EXPECT_TRUE(std::isfinite(found.entropy[0]) && std::isfinite(found.mixtures.rows(0, 3)));
  EXPECT_TRUE(std::isnan(found.entropy[1]) && std::isnan(found.log_sum_exp[1]) &&
              std::isnan(found.mixtures.rows(1, 3)));
  EXPECT_EQ(failures.size(), 1u);
}

}  // namespace
}  // namespace partwise::internal
