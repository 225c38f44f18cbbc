// Log-probabilities of the tokens of texts, against scores of each token as a label.
#include "session/token_log_probs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>

#include "base/error.h"
#include "decompose/score.h"
#include "session/generate.h"
#include "support/errors.h"
#include "support/paths.h"

namespace partwise::internal {
namespace {

const LoadedModel& tiny_llama() {
  static const LoadedModel loaded({(test::source_dir() / "tests/golden/tiny-llama").string(), {}, {}});
  return loaded;
}

const Session& session() {
  static const Session one(tiny_llama(), {}, Passes::many);
  return one;
}

/// The texts share beginnings, one is the beginning of another, and one is there twice.
std::vector<TextToScore> some_texts() {
  return {{{5, 9, 7, 11, 30}},  {{5, 9, 7, 12, 30, 31}}, {{5, 9, 7}}, {{5, 9, 7, 11, 30}}, {{20}},
          {{40, 41, 42, 43}, 3}};
}

/// log p of the token at `place` by a pass of what comes before it.
double by_hand(const std::vector<TokenId>& ids, std::int64_t place) {
  const auto backend = make_cpu_backend(1);
  const std::vector<PromptIds> prompt = {{{ids.begin(), ids.begin() + place}, {ids[place], ids[place] + 1}}};
  return score_labels(Engine(tiny_llama().model(), *backend), prompt)[0][0];
}

/// All tokens by their logits, the highest first.
std::vector<TokenId> by_logit(const std::vector<TokenId>& ids) {
  std::vector<TokenId> every(static_cast<std::size_t>(tiny_llama().config().d_vocab));
  std::iota(every.begin(), every.end(), 0);
  const std::vector<PromptIds> prompt = {{ids, every}};
  const Array<float> logits = session().decompose(prompt, {.read_parts = false}).logits;
  std::ranges::stable_sort(every, [&](TokenId a, TokenId b) { return logits(0, a) > logits(0, b); });
  return every;
}

TEST(TokenLogProbs, AreTheScoresOfTheTokens) {
  const std::vector<TextToScore> texts = some_texts();
  const std::vector<ScoredText> scored = token_log_probs(session(), texts, 0);
  ASSERT_EQ(scored.size(), texts.size());
  for (std::size_t i = 0; i < texts.size(); ++i) {
    ASSERT_EQ(std::ssize(scored[i].tokens), std::ssize(texts[i].ids) - texts[i].first) << i;
    for (std::int64_t j = 0; j < std::ssize(scored[i].tokens); ++j)
      EXPECT_EQ(scored[i].tokens[j].log_prob, by_hand(texts[i].ids, texts[i].first + j)) << i << ", " << j;
  }
}

TEST(TokenLogProbs, HaveTheSameBitsAlone) {
  const std::vector<TextToScore> texts = some_texts();
  const std::vector<ScoredText> together = token_log_probs(session(), texts, 3);
  const Session single(tiny_llama(), {.threads = 1}, Passes::one);
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const ScoredText alone = token_log_probs(single, std::span(texts).subspan(i, 1), 3)[0];
    for (std::size_t j = 0; j < alone.tokens.size(); ++j) {
      EXPECT_EQ(alone.tokens[j].log_prob, together[i].tokens[j].log_prob);
      for (std::size_t k = 0; k < 3; ++k) {
        EXPECT_EQ(alone.tokens[j].top[k].id, together[i].tokens[j].top[k].id);
        EXPECT_EQ(alone.tokens[j].top[k].log_prob, together[i].tokens[j].top[k].log_prob);
      }
    }
  }
}

TEST(TokenLogProbs, NameTheMostProbableTokens) {
  const std::vector<TokenId> ids = {5, 9, 7, 11};
  const std::vector<TextToScore> texts = {{ids, 1, true}, {{5, 9, 7}, 3, true}};
  const std::vector<ScoredText> scored = token_log_probs(session(), texts, 4);
  const auto expect_top = [](const std::vector<LikelyToken>& top, const std::vector<TokenId>& before) {
    const std::vector<TokenId> order = by_logit(before);
    ASSERT_EQ(top.size(), 4u);
    for (std::size_t j = 0; j < top.size(); ++j) {
      EXPECT_EQ(top[j].id, order[j]);
      std::vector<TokenId> with = before;
      with.push_back(order[j]);
      EXPECT_EQ(top[j].log_prob, by_hand(with, std::ssize(before)));
    }
  };
  expect_top(scored[0].tokens[2].top, {5, 9, 7});
  expect_top(scored[0].next, ids);
  expect_top(scored[1].next, {5, 9, 7});
  EXPECT_TRUE(scored[1].tokens.empty());
}

TEST(TokenLogProbs, BeginATextAsGenerateDoes) {
  const std::vector<std::vector<TokenId>> prompts = {{5, 9, 7}, {20}};
  std::vector<TextToScore> texts;
  for (const auto& prompt : prompts) texts.push_back({prompt, 1, true});
  GenerateOptions options{.max_tokens = 4};
  const std::vector<Generated> whole = generate(session(), prompts, options);
  for (const ScoredText& scored : token_log_probs(session(), texts, 1)) options.first.push_back(scored.next[0].id);
  const std::vector<Generated> begun = generate(session(), prompts, options);
  for (std::size_t i = 0; i < prompts.size(); ++i) {
    EXPECT_EQ(begun[i].ids, whole[i].ids);
    EXPECT_EQ(begun[i].text, whole[i].text);
    EXPECT_EQ(begun[i].stopped, whole[i].stopped);
  }
}

TEST(TokenLogProbs, OfManyTextsTakeSeveralPasses) {
  std::vector<TextToScore> texts;
  for (TokenId i = 0; i < 40; ++i) texts.push_back({std::vector<TokenId>(200, 4 + i), 199});
  std::vector<std::int64_t> totals;
  const auto scored =
      token_log_probs(session(), texts, 0, [&](const Progress& progress) { totals.push_back(progress.total); });
  EXPECT_EQ(scored[39].tokens[0].log_prob, by_hand(texts[39].ids, 199));
  EXPECT_THROW(
      token_log_probs(session(), texts, 0, [](const Progress&) { throw Error(ErrorCode::interrupted, "stopped"); }),
      Error);
  EXPECT_THAT(totals, testing::SizeIs(testing::Ge(2)));
}

TEST(TokenLogProbs, RefuseWhatTheModelCannotRead) {
  const auto refused = [](TextToScore text) {
    const std::vector<TextToScore> texts = {{{5, 6}}, std::move(text)};
    return std::string(test::error_of([&] { token_log_probs(session(), texts, 0); }).what());
  };
  EXPECT_EQ(refused({{}}), "text 2: it has no token");
  EXPECT_EQ(refused({{5, 311}}), "text 2: token id 311 is outside the model's vocabulary of 311");
  EXPECT_EQ(refused({std::vector<TokenId>(257, 5), 1, true}), "text 2: it has 257 tokens, the model's context 256");
  const std::vector<TextToScore> just = {{std::vector<TokenId>(257, 5), 256}};
  EXPECT_EQ(token_log_probs(session(), just, 0)[0].tokens.size(), 1u) << "the last token is not read";
}

}  // namespace
}  // namespace partwise::internal
