#include "decompose/score.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "support/errors.h"
#include "support/golden.h"
#include "support/paths.h"

namespace partwise::internal {
namespace {

using Tokens = std::vector<std::int32_t>;

/// The log-probability of the label from passes with the whole vocabulary as label words, token by token.
double by_single_tokens(const Model& model, const Backend& backend, Tokens ids, const Tokens& label) {
  Tokens all(static_cast<std::size_t>(model.config().d_vocab));
  std::iota(all.begin(), all.end(), 0);
  double sum = 0;
  for (std::int32_t token : label) {
    const std::vector<PromptIds> prompt = {{ids, all}};
    sum += double{decompose(model, backend, prompt).log_probs(0, token)};
    ids.push_back(token);
  }
  return sum;
}

TEST(Score, IsTheLogProbabilityOverTheWholeVocabulary) {
  for (const auto& folder : test::tiny_models()) {
    const Model model = Model::load(folder);
    const auto backend = make_cpu_backend(2);
    std::vector<PromptIds> prompts = test::read_golden(folder).prompts;
    prompts.resize(2);
    const std::vector<Tokens> labels = {{5, 9, 7}, {5, 9}, {8}, {5, 10, 5}};  // one is the beginning of another
    for (PromptIds& prompt : prompts) prompt.label_ids.clear(), prompt.labels = labels;
    const auto scores = score_labels(Engine(model, *backend), prompts);
    for (std::size_t i = 0; i < prompts.size(); ++i)
      for (std::size_t y = 0; y < labels.size(); ++y)
        EXPECT_NEAR(scores[i][y], by_single_tokens(model, *backend, prompts[i].ids, labels[y]), 1e-5) << folder << y;
  }
}

TEST(Score, OfAPromptThatFailsIsNoNumber) {
  const auto folder = test::source_dir() / "tests/golden/tiny-llama";
  const Model model = Model::load(folder);
  const auto backend = make_cpu_backend(1);
  const std::vector<PromptIds> prompts = {{{1, 2}, {5, 9}}, {{-1}, {5, 9}}};
  std::vector<PromptFailure> failures;
  const auto scores = score_labels(Engine(model, *backend), prompts, {.failures = &failures});
  EXPECT_TRUE(std::isfinite(scores[0][1]));
  EXPECT_TRUE(std::isnan(scores[1][0]));
  EXPECT_EQ(failures.size(), 1u);
  EXPECT_THROW(score_labels(Engine(model, *backend), prompts), Error);
}

}  // namespace
}  // namespace partwise::internal
