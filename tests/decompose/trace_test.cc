// Traces, against decompositions of every prefix and softmaxes over every token.
#include "decompose/trace.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "support/errors.h"
#include "support/golden.h"
#include "support/paths.h"

namespace partwise::internal {
namespace {

using ::testing::HasSubstr;

/// The golden prompts, cut into a prompt and what follows; one text has nothing that follows.
std::vector<Continuation> texts_of(const std::filesystem::path& folder) {
  std::vector<Continuation> texts;
  for (const PromptIds& prompt : test::read_golden(folder).prompts) {
    const auto cut = prompt.ids.begin() + std::ssize(prompt.ids) / 3 + 1;
    texts.push_back({{prompt.ids.begin(), cut}, {cut, prompt.ids.end()}});
    if (texts.size() == 1) texts.push_back({{5}, {}});
    if (texts.size() == 4) break;
  }
  return texts;
}

/// What the model reads before token `i` of the text.
std::vector<std::int32_t> prefix(const Continuation& text, std::int64_t i) {
  std::vector<std::int32_t> ids = text.ids();
  ids.resize(text.prompt.size() + static_cast<std::size_t>(i));
  return ids;
}

/// Calls check(text, i, step) for every step.
void for_steps(const std::vector<Continuation>& texts, const Trace& trace, const auto& check) {
  ASSERT_EQ(trace.first.size(), texts.size() + 1);
  for (std::size_t t = 0; t < texts.size(); ++t)
    for (std::int64_t i = 0; i < std::ssize(texts[t].tokens); ++i) check(texts[t], i, trace.first[t] + i);
}

class Traces : public testing::TestWithParam<Precision> {};

TEST_P(Traces, HaveTheBitsOfEveryPrefixAlone) {
  for (const auto& folder : test::tiny_models()) {
    const Model model = Model::load(folder);
    const auto backend = make_cpu_backend(2, GetParam());
    const auto texts = texts_of(folder);
    const Trace all = trace(Engine(model, *backend), texts, {});
    const auto one_thread = make_cpu_backend(1, GetParam());
    for_steps(texts, all, [&](const Continuation& text, std::int64_t i, std::int64_t s) {
      const TracedStep& step = all.steps[s];
      EXPECT_EQ(step.id, text.tokens[i]);
      const std::vector<PromptIds> alone = {{prefix(text, i), {step.id, step.runner_up}}};
      const Contributions own = decompose_points(Engine(model, *one_thread), alone).as_examples();
      test::expect_same_bits(select_rows(all.parts, {s}, {}), own, folder.string());
    });
  }
}

TEST_P(Traces, SayWhatTheSoftmaxOverAllTokensSays) {
  for (const auto& folder : test::tiny_models()) {
    const Model model = Model::load(folder);
    const auto backend = make_cpu_backend(2, GetParam());
    const auto texts = texts_of(folder);
    const Trace found = trace(Engine(model, *backend), texts, {.log_odds = true});
    std::vector<std::int32_t> every(static_cast<std::size_t>(model.config().d_vocab));
    std::iota(every.begin(), every.end(), 0);
    for_steps(texts, found, [&](const Continuation& text, std::int64_t i, std::int64_t s) {
      const std::vector<PromptIds> alone = {{prefix(text, i), every}};
      const Contributions all = decompose_points(Engine(model, *backend), alone, {.read_parts = false}).as_examples();
      const TracedStep& step = found.steps[s];
      double sum = 0, rivals = 0, entropy = 0;
      std::int32_t runner_up = -1;
      for (std::int32_t v : every) {
        const double weight = std::exp(double{all.logits(0, v)});
        sum += weight;
        if (v == step.id) continue;
        rivals += weight;
        if (runner_up < 0 || all.logits(0, v) > all.logits(0, runner_up)) runner_up = v;
      }
      for (std::int32_t v : every)
        if (const double r = std::exp(double{all.logits(0, v)}) / rivals; v != step.id) entropy -= r * std::log(r);
      EXPECT_EQ(step.runner_up, runner_up) << folder << s;
      EXPECT_NEAR(step.log_prob, all.logits(0, step.id) - std::log(sum), 1e-5) << folder << s;
      EXPECT_NEAR(step.log_odds, all.logits(0, step.id) - std::log(rivals), 1e-5) << folder << s;
      EXPECT_NEAR(step.spread, entropy, 1e-5) << folder << s;
      EXPECT_DOUBLE_EQ(step.margin, double{all.logits(0, step.id)} - double{all.logits(0, runner_up)}) << folder << s;
    });
  }
}

TEST_P(Traces, SumToTheMarginAndToTheLogOdds) {
  for (const auto& folder : test::tiny_models()) {
    const Model model = Model::load(folder);
    const auto backend = make_cpu_backend(2, GetParam());
    const Trace found = trace(Engine(model, *backend), texts_of(folder), {.log_odds = true, .rivals = {7}});
    const auto sum = [&](std::int64_t s, std::int64_t rival) {
      const std::vector<double> parts = parts_of_margin(found, s, rival);
      return std::accumulate(parts.begin(), parts.end(), 0.0);
    };
    for (std::int64_t s = 0; s < found.n_steps(); ++s) {
      const TracedStep& step = found.steps[s];
      double size = 1;
      for (std::int64_t y = 0; y < 4; ++y) size = std::max(size, std::abs(double{found.parts.logits(s, y)}));
      EXPECT_NEAR(sum(s, 1), step.margin, 2e-4 * size) << folder << s;
      EXPECT_NEAR(sum(s, 2), found.parts.logits(s, 0) - found.parts.logits(s, 2), 2e-4 * size) << folder << s;
      EXPECT_NEAR(sum(s, 3) - step.spread, step.log_odds, 2e-4 * size) << folder << s;
      EXPECT_NEAR(step.log_odds, step.log_prob - std::log1p(-std::exp(step.log_prob)), 1e-4) << folder << s;
      EXPECT_LE(step.lse_certificate, 1e-5) << folder << s;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Precisions, Traces, testing::Values(Precision::f32, Precision::bf16),
                         [](const auto& param) { return std::string(name(param.param)); });

TEST(Traces, SplitHeadsByToken) {
  const auto folder = test::source_dir() / "tests/golden/tiny-llama";
  const Model model = Model::load(folder);
  const auto backend = make_cpu_backend(2);
  const Trace found = trace(Engine(model, *backend), texts_of(folder), {}, {.by_token = true});
  for (std::int64_t s = 0; s < found.n_steps(); ++s) {
    double sum = 0;
    for (std::int64_t t = 0; t < found.parts.by_token.dim(3); ++t) sum += double{found.parts.by_token(s, 1, 2, t, 0)};
    EXPECT_NEAR(sum, found.parts.heads(s, 1, 2, 0), 1e-5);
  }
}

TEST(Traces, MayHaveNoSteps) {
  const Model model = Model::load(test::source_dir() / "tests/golden/tiny-llama");
  const auto backend = make_cpu_backend(1);
  const std::vector<Continuation> texts = {{{1, 2}, {}}};
  const Trace found = trace(Engine(model, *backend), texts, {});
  EXPECT_EQ(found.n_steps(), 0);
  EXPECT_EQ(found.first, (std::vector<std::int64_t>{0, 0}));
}

TEST(Traces, RefuseWhatADecompositionRefuses) {
  const Model model = Model::load(test::source_dir() / "tests/golden/tiny-llama");
  const auto backend = make_cpu_backend(1);
  const auto refusal = [&](Continuation text) {
    const std::vector<Continuation> texts = {{{1, 2}, {3}}, std::move(text)};
    return std::string(test::error_of([&] { trace(Engine(model, *backend), texts, {}); }).what());
  };
  EXPECT_THAT(refusal({{1, 2}, {400}}), HasSubstr("prompt 2: token id 400"));
  EXPECT_THAT(refusal({{1, 2}, std::vector<std::int32_t>(300, 3)}), HasSubstr("301 tokens long"));
}

}  // namespace
}  // namespace partwise::internal
