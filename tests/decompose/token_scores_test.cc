// Scores over the whole vocabulary, compared with softmaxes that are computed here.
#include "decompose/token_scores.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "decompose/label_tree.h"
#include "decompose/score.h"
#include "support/errors.h"
#include "support/golden.h"
#include "support/paths.h"

namespace partwise::internal {
namespace {

using Tokens = std::vector<std::int32_t>;

std::vector<Tokens> labels() { return {{5, 9, 7}, {5, 9, 11, 6}, {8}, {5, 10}}; }

std::vector<PromptIds> with_labels(std::vector<PromptIds> prompts) {
  for (PromptIds& prompt : prompts) {
    prompt.label_ids.clear();
    prompt.labels = labels();
    prompt.label_bytes = {3, 10, 4, 5};
    prompt.reference = {1};
  }
  return prompts;
}

double number(const Contributions& parts, std::int64_t e, std::int64_t c, std::int64_t y) {
  return c < parts.n_components()    ? component_logits(parts, e, c)[y]
         : c == parts.n_components() ? parts.embed(e, y)
                                     : parts.bias(e, y);
}

/// Every part of a label's log-probability, and last of all the log-probability: from passes that read each token's
/// position for the whole vocabulary.  [n_components + 3]
std::vector<double> by_hand(const Model& model, const Backend& backend, Tokens ids, const Tokens& label) {
  Tokens all(static_cast<std::size_t>(model.config().d_vocab));
  std::iota(all.begin(), all.end(), 0);
  const std::int64_t n = model.config().n_components();
  std::vector<double> sums(static_cast<std::size_t>(n + 3));
  for (std::int32_t token : label) {
    const std::vector<PromptIds> prompt = {{ids, all}};
    Contributions parts = decompose_points(Engine(model, backend), prompt).as_examples();
    parts.log_probs = log_probabilities(parts.logits);
    double entropy = 0;
    for (std::int32_t v : all) entropy -= std::exp(double{parts.log_probs(0, v)}) * double{parts.log_probs(0, v)};
    for (std::int64_t c = 0; c < n + 2; ++c) {
      double mean = 0;
      for (std::int32_t v : all) mean += std::exp(double{parts.log_probs(0, v)}) * number(parts, 0, c, v);
      sums[c] += number(parts, 0, c, token) - mean;
    }
    sums[n + 1] -= entropy;
    sums[n + 2] += double{parts.log_probs(0, token)};
    ids.push_back(token);
  }
  return sums;
}

void expect_parts(const Contributions& parts, std::int64_t e, std::int64_t y, const std::vector<double>& wanted,
                  const std::string& name) {
  for (std::int64_t c = 0; c < parts.n_components() + 2; ++c)
    EXPECT_NEAR(number(parts, e, c, y), wanted[c], 2e-5) << name << " part " << c << " label " << y;
  EXPECT_NEAR(parts.logits(e, y), wanted.back(), 2e-5) << name << " label " << y;
  EXPECT_EQ(parts.logits(e, y), parts.log_probs(e, y)) << name;
}

TEST(TokenScores, SumPartsOfLogProbabilitiesOfEveryArchitecture) {
  for (const auto& folder : test::tiny_models()) {
    const Model model = Model::load(folder);
    const auto backend = make_cpu_backend(2);
    std::vector<PromptIds> prompts = with_labels(test::read_golden(folder).prompts);
    for (PromptIds& prompt : prompts) prompt.reference.clear();
    const Contributions parts = decompose(model, *backend, prompts, {.score = LabelScore::sum});
    for (std::int64_t y = 0; y < 4; ++y)
      expect_parts(parts, 1, y, by_hand(model, *backend, prompts[1].ids, labels()[y]), folder.string());
    EXPECT_LT(*std::ranges::max_element(parts.certificate.flat()), 1e-5) << folder;
  }
}

class OneScore : public ::testing::Test {
 protected:
  std::filesystem::path folder_ = test::source_dir() / "tests/golden/tiny-llama";
  Model model_ = Model::load(folder_);
  std::unique_ptr<Backend> backend_ = make_cpu_backend(2);
  std::vector<PromptIds> prompts_ = with_labels(test::read_golden(folder_).prompts);

  Contributions of(LabelScore score) {
    std::vector<PromptIds> prompts = prompts_;
    if (score != LabelScore::pmi)
      for (PromptIds& prompt : prompts) prompt.reference.clear();
    return decompose(model_, *backend_, prompts, {.score = score});
  }
  std::vector<double> after(const Tokens& ids, std::int64_t y) { return by_hand(model_, *backend_, ids, labels()[y]); }
};

TEST_F(OneScore, OfTokensOrBytesIsDividedByTheirNumber) {
  const Contributions mean = of(LabelScore::mean), bytes = of(LabelScore::bytes);
  for (std::int64_t y = 0; y < 4; ++y) {
    std::vector<double> sum = after(prompts_[0].ids, y), per_byte = sum;
    for (double& value : sum) value /= static_cast<double>(labels()[y].size());
    for (double& value : per_byte) value /= static_cast<double>(prompts_[0].label_bytes[y]);
    expect_parts(mean, 0, y, sum, "mean");
    expect_parts(bytes, 0, y, per_byte, "bytes");
  }
}

TEST_F(OneScore, OfMutualInformationIsLessThatAfterTheReference) {
  const Contributions pmi = of(LabelScore::pmi);
  for (std::int64_t y = 0; y < 4; ++y) {
    std::vector<double> difference = after(prompts_[0].ids, y);
    const std::vector<double> without = after({1}, y);
    for (std::size_t i = 0; i < difference.size(); ++i) difference[i] -= without[i];
    expect_parts(pmi, 0, y, difference, "pmi");
  }
  EXPECT_THROW(decompose(model_, *backend_, prompts_, {.by_token = true, .score = LabelScore::pmi}), Error);
}

TEST_F(OneScore, OfFirstTokensIsTheirLogit) {
  std::vector<PromptIds> prompts = prompts_, single = prompts_;
  for (PromptIds& prompt : prompts) prompt.labels = {{5, 9}, {8, 3, 2}, {6}};
  for (PromptIds& prompt : single) prompt.labels.clear(), prompt.label_ids = {5, 8, 6};
  const Contributions first = decompose(model_, *backend_, prompts, {.score = LabelScore::first}),
                      one = decompose(model_, *backend_, single);
  EXPECT_TRUE(std::ranges::equal(first.heads.flat(), one.heads.flat()));
  EXPECT_TRUE(std::ranges::equal(first.log_probs.flat(), one.log_probs.flat()));
  const Error error = test::error_of([&] { decompose(model_, *backend_, prompts_, {.score = LabelScore::first}); });
  EXPECT_EQ(error.code(), ErrorCode::bad_data);
  EXPECT_STREQ(error.what(),
               "prompt 1: labels 0 and 1 begin with the same token, 5, so their first tokens do not tell them apart");
}

TEST_F(OneScore, HasTheMassOfItsLabelsWhateverIsScored) {
  const auto scores = score_labels(Engine(model_, *backend_), prompts_);
  const Contributions tree = decompose(model_, *backend_, prompts_, {.label_mass = true}), sum = of(LabelScore::sum);
  for (std::int64_t e = 0; e < tree.n_examples(); ++e) {
    double mass = 0;
    for (double score : scores[e]) mass += std::exp(score);
    EXPECT_NEAR(tree.label_mass(e), mass, 1e-6 * mass);
    EXPECT_NEAR(sum.label_mass(e), mass, 1e-5 * mass);
  }
}

TEST_F(OneScore, HasTheSameBitsInAnyCompany) {
  const Engine engine(model_, *backend_, Residency::resident, 1'000'000);
  for (LabelScore score : {LabelScore::sum, LabelScore::pmi}) {
    const Contributions together = decompose(engine, prompts_, {.score = score});
    for (std::int64_t e = 0; e < together.n_examples(); ++e) {
      const Contributions alone = decompose(engine, std::span(prompts_).subspan(e, 1), {.score = score});
      for (std::int64_t y = 0; y < 4; ++y) {
        EXPECT_EQ(alone.logits(0, y), together.logits(e, y));
        EXPECT_EQ(alone.heads(0, 1, 1, y), together.heads(e, 1, 1, y));
      }
    }
  }
}

TEST_F(OneScore, OfAPromptThatFailsIsNoNumber) {
  prompts_[1].ids.front() = -1;
  std::vector<PromptFailure> failures;
  const Contributions parts = decompose(model_, *backend_, prompts_, {.score = LabelScore::pmi, .failures = &failures});
  ASSERT_EQ(failures.size(), 1u);
  EXPECT_EQ(failures[0].prompt, 1);
  EXPECT_TRUE(std::isnan(parts.logits(1, 0)));
  EXPECT_TRUE(std::isfinite(parts.logits(0, 0)));
}

TEST_F(OneScore, SplitsHeadsBySource) {
  std::vector<PromptIds> prompts = prompts_;
  for (PromptIds& prompt : prompts) prompt.reference.clear(), prompt.sources.assign(prompt.ids.size(), 0);
  const Contributions parts = decompose(model_, *backend_, prompts, {.n_sources = 2, .score = LabelScore::sum});
  for (std::int64_t y = 0; y < 4; ++y)
    EXPECT_NEAR(parts.by_source(0, 1, 1, 0, y) + parts.by_source(0, 1, 1, 1, y), parts.heads(0, 1, 1, y), 1e-5);
  EXPECT_LT(parts.source_certificate(0), 1e-5);
}

}  // namespace
}  // namespace partwise::internal
