// Labels of several tokens, compared with sums over single tokens and with brute force.
#include "decompose/label_tree.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "decompose/decompose.h"
#include "support/errors.h"
#include "support/golden.h"
#include "support/paths.h"

namespace partwise::internal {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

using Tokens = std::vector<std::int32_t>;

TEST(LabelTree, HasANodeForEachFork) {
  const LabelTree tree(std::vector<Tokens>{{1, 2, 3}, {1, 2, 4, 5}, {6}, {1, 7}});
  ASSERT_EQ(tree.nodes().size(), 3u);
  EXPECT_THAT(tree.nodes()[0].tokens, IsEmpty());
  EXPECT_THAT(tree.nodes()[0].children, ElementsAre(1, 6));
  EXPECT_THAT(tree.nodes()[1].tokens, ElementsAre(1));
  EXPECT_THAT(tree.nodes()[1].children, ElementsAre(2, 7));
  EXPECT_THAT(tree.nodes()[2].tokens, ElementsAre(1, 2));
  const auto choices = [&](std::size_t y) {
    std::vector<std::pair<std::int64_t, std::int64_t>> all;
    for (const auto& [node, child] : tree.paths()[y]) all.emplace_back(node, child);
    return all;
  };
  using Pair = std::pair<std::int64_t, std::int64_t>;
  EXPECT_THAT(choices(1), ElementsAre(Pair(0, 0), Pair(1, 0), Pair(2, 1))) << "5 is forced";
  EXPECT_THAT(choices(2), ElementsAre(Pair(0, 1)));
}

TEST(LabelTree, KeepsARootThatDoesNotFork) {
  const LabelTree tree(std::vector<Tokens>{{1, 2}, {1, 3}});
  ASSERT_EQ(tree.nodes().size(), 2u);
  EXPECT_THAT(tree.nodes()[0].children, ElementsAre(1));
  EXPECT_EQ(tree.paths()[0].size(), 1u);
}

TEST(LabelTree, ReadsBeforeEveryTokenIfAsked) {
  const LabelTree tree(std::vector<Tokens>{{1, 2, 3}, {1, 2}, {6}}, LabelTree::Reads::tokens);
  ASSERT_EQ(tree.nodes().size(), 3u);
  EXPECT_THAT(tree.nodes()[1].children, ElementsAre(2));
  EXPECT_EQ(tree.paths()[0].size(), 3u);
  EXPECT_EQ(tree.paths()[1].size(), 2u);
  EXPECT_EQ(tree.paths()[2].size(), 1u);
}

TEST(LabelTree, RefusesABeginningOfAnotherLabel) {
  EXPECT_THROW(LabelTree(std::vector<Tokens>{{1}, {1, 2}}), Error);
  EXPECT_THROW(LabelTree(std::vector<Tokens>{{}, {1, 2}}), Error);
}

std::vector<Tokens> labels() { return {{5, 9, 7}, {5, 9, 11, 6}, {8}, {5, 10}, {12, 13}}; }

std::vector<PromptIds> with_labels(std::vector<PromptIds> prompts) {
  for (PromptIds& prompt : prompts) {
    prompt.label_ids.clear();
    prompt.labels = labels();
  }
  return prompts;
}

/// The logits of all labels' tokens after each beginning of a label, from passes of their own.
class BruteForce {
 public:
  BruteForce(const Model& model, const Backend& backend, const PromptIds& prompt)
      : model_(model), backend_(backend), prompt_(prompt) {}

  /// The probability that the label is chosen, token by token, among the labels.
  double probability(const Tokens& label) const {
    double p = 1;
    for (std::size_t i = 0; i < label.size(); ++i) p *= next({label.begin(), label.begin() + i}, label[i]);
    return p;
  }

 private:
  double next(const Tokens& before, std::int32_t token) const {
    Tokens may_follow;
    for (const Tokens& label : labels()) {
      const bool begins = label.size() > before.size() && std::equal(before.begin(), before.end(), label.begin());
      if (begins && std::ranges::find(may_follow, label[before.size()]) == may_follow.end())
        may_follow.push_back(label[before.size()]);
    }
    if (may_follow.size() == 1) return 1;
    std::vector<PromptIds> prompt = {{prompt_.ids, may_follow}};
    prompt[0].ids.insert(prompt[0].ids.end(), before.begin(), before.end());
    const Contributions parts = decompose(model_, backend_, prompt);
    double all = 0, own = 0;
    for (std::size_t y = 0; y < may_follow.size(); ++y) {
      const double p = std::exp(capped(parts.logits(0, y), parts.logit_cap));
      all += p;
      if (may_follow[y] == token) own = p;
    }
    return own / all;
  }

  const Model& model_;
  const Backend& backend_;
  const PromptIds& prompt_;
};

TEST(SeveralTokens, HaveTheProbabilitiesOfBruteForce) {
  for (const auto& folder : test::tiny_models()) {
    const Model model = Model::load(folder);
    const auto backend = make_cpu_backend(2);
    const std::vector<PromptIds> prompts = with_labels(test::read_golden(folder).prompts);
    const Contributions parts = decompose(model, *backend, prompts);
    ASSERT_EQ(parts.n_labels(), 5);
    for (std::int64_t e = 0; e < 2; ++e) {
      const BruteForce by_hand(model, *backend, prompts[e]);
      for (std::int64_t y = 0; y < 5; ++y) {
        EXPECT_NEAR(std::exp(double{parts.log_probs(e, y)}), by_hand.probability(labels()[y]), 1e-5) << folder << y;
        EXPECT_NEAR(parts.logits(e, y), parts.log_probs(e, y), 1e-4) << folder;
      }
    }
    EXPECT_LT(*std::ranges::max_element(parts.certificate.flat()), 1e-5) << folder;
  }
}

// Parts sum to the log-probabilities, part by part from what single tokens give.
TEST(SeveralTokens, SumWhatPartsAddAlongTheirPaths) {
  const auto folder = test::source_dir() / "tests/golden/tiny-llama";
  const Model model = Model::load(folder);
  const auto backend = make_cpu_backend(2);
  const std::vector<PromptIds> prompts = {with_labels(test::read_golden(folder).prompts)[1]};
  const Contributions parts = decompose(model, *backend, prompts);
  const auto after = [&](const Tokens& before, const Tokens& children) {
    std::vector<PromptIds> prompt = {{prompts[0].ids, children}};
    prompt[0].ids.insert(prompt[0].ids.end(), before.begin(), before.end());
    return decompose(model, *backend, prompt);
  };
  const Contributions root = after({}, {5, 8, 12}), five = after({5}, {9, 10}), nine = after({5, 9}, {7, 11});
  const auto centred = [](const float* g, std::int64_t n, std::int64_t c) {
    return g[c] - std::accumulate(g, g + n, 0.0) / static_cast<double>(n);
  };
  for (std::int64_t c = 0; c < parts.n_components(); ++c) {
    const float *r = component_logits(root, 0, c), *f = component_logits(five, 0, c), *n = component_logits(nine, 0, c);
    const float* own = component_logits(parts, 0, c);
    EXPECT_NEAR(own[0], centred(r, 3, 0) + centred(f, 2, 0) + centred(n, 2, 0), 1e-5) << c;
    EXPECT_NEAR(own[1], centred(r, 3, 0) + centred(f, 2, 0) + centred(n, 2, 1), 1e-5) << c;
    EXPECT_NEAR(own[2], centred(r, 3, 1), 1e-5) << c;
    EXPECT_NEAR(own[3], centred(r, 3, 0) + centred(f, 2, 1), 1e-5) << c;
    EXPECT_NEAR(own[4], centred(r, 3, 2), 1e-5) << c;
  }
}

TEST(SeveralTokens, GiveTheSameBitsInAnyCompany) {
  const auto folder = test::source_dir() / "tests/golden/tiny-gemma3";
  const Model model = Model::load(folder);
  const auto backend = make_cpu_backend(2);
  const std::vector<PromptIds> prompts = with_labels(test::read_golden(folder).prompts);
  const Engine engine(model, *backend, Residency::resident, 1'000'000);
  const Contributions together = decompose(engine, prompts);
  for (std::int64_t i = 0; i < 3; ++i) {
    const Contributions alone = decompose(engine, std::span(prompts).subspan(i, 1));
    for (std::int64_t y = 0; y < 5; ++y) {
      EXPECT_EQ(alone.logits(0, y), together.logits(i, y));
      EXPECT_EQ(alone.heads(0, 1, 1, y), together.heads(i, 1, 1, y));
    }
  }
}

TEST(SeveralTokens, StoreTheLastPositionOfThePrompt) {
  const auto folder = test::source_dir() / "tests/golden/tiny-llama";
  const Model model = Model::load(folder);
  const auto backend = make_cpu_backend(2);
  const std::vector<PromptIds> single = test::read_golden(folder).prompts;
  const DecomposeOptions options{.stored = {.hidden = true, .z = true}};
  const Contributions one = decompose(model, *backend, single, options),
                      several = decompose(model, *backend, with_labels(single), options);
  EXPECT_TRUE(test::same_bits(one.hidden, several.hidden));
  EXPECT_TRUE(test::same_bits(one.z, several.z));
}

TEST(SeveralTokens, LeaveMeansOfPartsAsTheyAre) {
  const auto folder = test::source_dir() / "tests/golden/tiny-llama";
  const Model model = Model::load(folder);
  const auto backend = make_cpu_backend(2);
  const std::vector<PromptIds> single = test::read_golden(folder).prompts;
  const std::vector<Component> parts = {{0, 1}, {1, -1}};
  const Engine engine(model, *backend);
  EXPECT_EQ(mean_parts(engine, single, parts)[1].value, mean_parts(engine, with_labels(single), parts)[1].value);
}

/// The prompts, whose tokens have the sources 0 and 1 in turn.
std::vector<PromptIds> with_sources(std::vector<PromptIds> prompts) {
  for (PromptIds& prompt : prompts)
    for (std::size_t i = 0; i < prompt.ids.size(); ++i) prompt.sources.push_back(static_cast<std::int32_t>(i % 2));
  return prompts;
}

/// What the heads of the last layer read from each source, [n_heads, n_sources, children], after these tokens.
Contributions split_after(const Model& model, const Backend& backend, const PromptIds& prompt, const Tokens& before,
                          const Tokens& children, const DecomposeOptions& options) {
  std::vector<PromptIds> longer = {{prompt.ids, children, prompt.sources}};
  longer[0].ids.insert(longer[0].ids.end(), before.begin(), before.end());
  longer[0].sources.resize(longer[0].ids.size(), 2);
  return decompose_points(Engine(model, backend), longer, options).as_examples();
}

TEST(SeveralTokens, AreSplitBySourceAlongTheirPaths) {
  for (const auto& folder : test::tiny_models()) {
    const Model model = Model::load(folder);
    const auto backend = make_cpu_backend(2);
    const std::vector<PromptIds> prompts = {with_sources(with_labels(test::read_golden(folder).prompts))[1]};
    const DecomposeOptions options{.n_sources = 3};
    const Contributions parts = decompose(model, *backend, prompts, options);
    const auto after = [&](const Tokens& before, const Tokens& children) {
      return split_after(model, *backend, prompts[0], before, children, options);
    };
    const Contributions root = after({}, {5, 8, 12}), five = after({5}, {9, 10}), nine = after({5, 9}, {7, 11});
    for (std::int64_t l = 0; l < parts.n_layers(); ++l)
      for (std::int64_t h = 0; h < parts.n_heads(); ++h)
        for (std::int64_t s = 0; s < 3; ++s) {
          const float *r = &root.by_source(0, l, h, s, 0), *f = &five.by_source(0, l, h, s, 0),
                      *n = &nine.by_source(0, l, h, s, 0);
          const double third = r[0] - (double{r[0]} + r[1] + r[2]) / 3;
          EXPECT_NEAR(parts.by_source(0, l, h, s, 1), third + (double{f[0]} - f[1]) / 2 + (double{n[1]} - n[0]) / 2,
                      1e-5)
              << folder;
        }
    EXPECT_LT(parts.source_certificate(0), 1e-5) << folder;
  }
}

TEST(SeveralTokens, AreSplitByTokenAndTheLabelsOwn) {
  const auto folder = test::source_dir() / "tests/golden/tiny-llama";
  const Model model = Model::load(folder);
  const auto backend = make_cpu_backend(2);
  const std::vector<PromptIds> prompts = with_sources(with_labels(test::read_golden(folder).prompts));
  const Contributions parts = decompose(model, *backend, prompts, {.n_sources = 3, .by_token = true});
  for (std::int64_t e = 0; e < parts.n_examples(); ++e) {
    const auto n_ids = std::ssize(prompts[e].ids);
    EXPECT_EQ(parts.token_ids(e, n_ids - 1), prompts[e].ids.back());
    EXPECT_EQ(parts.token_ids(e, n_ids), kSuffixToken);
    for (std::int64_t t = n_ids + 1; t < parts.token_ids.dim(1); ++t) EXPECT_EQ(parts.token_ids(e, t), -1);
    for (std::int64_t y = 0; y < parts.n_labels(); ++y)
      EXPECT_NEAR(parts.by_token(e, 1, 1, n_ids, y), parts.by_source(e, 1, 1, 2, y), 1e-6) << e << " " << y;
  }
  EXPECT_EQ(parts.by_source(0, 1, 1, 2, 2), 0) << "a label of one token";
  EXPECT_NE(parts.by_source(0, 1, 1, 2, 0), 0);
}

}  // namespace
}  // namespace partwise::internal
