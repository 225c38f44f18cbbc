// Prompts that share a pass though their labels differ, compared with each prompt alone.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "decompose/decompose.h"
#include "decompose/memory.h"
#include "decompose/score.h"
#include "support/errors.h"
#include "support/golden.h"
#include "support/paths.h"

namespace partwise::internal {
namespace {

using ::testing::HasSubstr;
using Tokens = std::vector<std::int32_t>;

const std::vector<std::vector<Tokens>> kTrees = {
    {{5, 9, 7}, {5, 9, 11, 6}, {8}, {5, 10}, {12, 13}}, {{5}, {9}, {7}}, {{6, 7}, {6, 8}}, {{4, 5, 6}, {3, 5, 6}}};

/// The golden prompts with two to four labels of one token, or with trees, in turn.
std::vector<PromptIds> mixed(std::vector<PromptIds> prompts) {
  for (std::size_t i = 0; i < prompts.size(); ++i) {
    const std::size_t n = 2 + i % 3;
    prompts[i].label_ids = Tokens(n);
    std::iota(prompts[i].label_ids.begin(), prompts[i].label_ids.end(), 4);
    for (std::size_t t = 0; t < prompts[i].ids.size(); ++t)
      prompts[i].sources.push_back(static_cast<std::int32_t>(t % 2));
    prompts[i].is_stored = i % 4 != 1;
    if (i % 2 == 0) continue;
    prompts[i].label_ids.clear();
    prompts[i].labels = kTrees[i / 2 % kTrees.size()];
  }
  return prompts;
}

void expect_same(const Contributions& a, const Contributions& b, const std::string& what) {
  test::expect_same_bits(a, b, what);
  EXPECT_TRUE(test::same_bits(a.certificate, b.certificate)) << what;
  EXPECT_TRUE(test::same_bits(a.log_probs, b.log_probs)) << what;
  EXPECT_TRUE(test::same_bits(a.by_source, b.by_source)) << what;
  EXPECT_TRUE(test::same_bits(a.source_certificate, b.source_certificate)) << what;
  EXPECT_TRUE(test::same_bits(a.hidden, b.hidden)) << what;
  EXPECT_TRUE(test::same_bits(a.z, b.z)) << what;
}

class DecomposeEach : public testing::TestWithParam<LabelScore> {};

TEST_P(DecomposeEach, GivesTheBitsOfEachPromptAlone) {
  for (const auto& folder : test::tiny_models()) {
    const Model model = Model::load(folder);
    const auto backend = make_cpu_backend(2);
    const Engine engine(model, *backend);
    std::vector<PromptIds> prompts = mixed(test::read_golden(folder).prompts);
    if (GetParam() == LabelScore::first)  // first tokens must differ
      for (PromptIds& prompt : prompts)
        if (!prompt.labels.empty()) prompt.labels = kTrees[3];
    ASSERT_GE(prompts.size(), 4u);
    DecomposeOptions options{.n_sources = 3, .score = GetParam(), .stored = {.hidden = true, .z = true}};
    DecomposeStats stats;
    const auto each = decompose_each(engine, prompts, options, &stats);
    ASSERT_EQ(each.size(), prompts.size());
    for (std::size_t i = 0; i < prompts.size(); ++i)
      expect_same(each[i], decompose(engine, std::span(prompts).subspan(i, 1), options),
                  fmt::format("{} {}", folder.string(), i));
    EXPECT_GT(stats.n_computed_tokens, 0);
  }
}

INSTANTIATE_TEST_SUITE_P(Scores, DecomposeEach,
                         testing::Values(LabelScore::tree, LabelScore::first, LabelScore::sum, LabelScore::mean));

struct TinyLlama {
  Model model = Model::load(test::source_dir() / "tests/golden/tiny-llama");
  std::unique_ptr<Backend> backend = make_cpu_backend(2);
  Engine engine{model, *backend, Residency::resident, 1'000'000};
  std::vector<PromptIds> prompts = mixed(test::read_golden(test::source_dir() / "tests/golden/tiny-llama").prompts);
};

TEST(DecomposeEach, SharesOnePass) {
  const TinyLlama tiny;
  DecomposeStats stats;
  decompose_each(Engine(tiny.model, *tiny.backend), tiny.prompts, {}, &stats);
  EXPECT_EQ(stats.n_groups, 1);
}

TEST(DecomposeEach, ReadsTheLabelMassInTheSamePass) {
  for (const auto& folder : test::tiny_models()) {
    const Model model = Model::load(folder);
    const auto backend = make_cpu_backend(2);
    const Engine engine(model, *backend);
    const std::vector<PromptIds> prompts = mixed(test::read_golden(folder).prompts);
    const auto without = decompose_each(engine, prompts);
    DecomposeStats stats;
    const auto with = decompose_each(engine, prompts, {.label_mass = true}, &stats);
    EXPECT_EQ(stats.n_groups, 1);
    const auto scores = score_labels(engine, prompts);
    for (std::size_t i = 0; i < prompts.size(); ++i) {
      expect_same(with[i], without[i], folder.string());
      double mass = 0;
      for (double score : scores[i]) mass += std::exp(score);
      EXPECT_NEAR(with[i].label_mass(0), mass, 1e-6) << folder << i;
    }
  }
}

TEST(Decompose, ReadsTheLabelMassInTheSamePass) {
  const TinyLlama tiny;
  std::vector<PromptIds> prompts = tiny.prompts;
  for (PromptIds& prompt : prompts) prompt.label_ids.clear(), prompt.labels = kTrees[3];
  const auto scores = score_labels(tiny.engine, prompts);
  for (LabelScore score : {LabelScore::tree, LabelScore::first}) {
    const DecomposeOptions without{.score = score}, with{.score = score, .label_mass = true};
    const Contributions parts = decompose(tiny.engine, prompts, with);
    test::expect_same_bits(parts, decompose(tiny.engine, prompts, without), "with the mass");
    for (std::int64_t i = 0; i < parts.n_examples(); ++i)
      EXPECT_NEAR(parts.label_mass(i), std::exp(scores[i][0]) + std::exp(scores[i][1]), 1e-6);
    EXPECT_GT(plan_decompose(tiny.engine, prompts, with).memory, plan_decompose(tiny.engine, prompts, without).memory);
  }
}

TEST(DecomposeEach, LetsPromptsFailAlone) {
  const TinyLlama tiny;
  std::vector<PromptIds> prompts = tiny.prompts;
  prompts.insert(prompts.begin(), {{3, 100'000}, {5, 6}});
  prompts.insert(prompts.begin() + 2, {{3, 4}, {5}});
  prompts.push_back({.ids = {3, 4}, .label_ids = {}, .sources = {}, .labels = {{5}, {5, 6}}});
  prompts.push_back({.ids = {3, 4}, .label_ids = {}, .sources = {}, .labels = {{}, {5, 6}}});
  std::vector<PromptFailure> failures;
  const auto each = decompose_each(tiny.engine, prompts, {.label_mass = true, .failures = &failures});
  ASSERT_EQ(failures.size(), 4u);
  EXPECT_EQ(failures[0].prompt, 0);
  EXPECT_THAT(failures[0].error.what(), HasSubstr("token id 100000 is outside the vocabulary"));
  EXPECT_EQ(failures[1].prompt, 2);
  EXPECT_STREQ(failures[1].error.what(), "it has 1 label; at least two are needed");
  EXPECT_THAT(failures[2].error.what(), HasSubstr("the beginning of another's"));
  EXPECT_STREQ(failures[3].error.what(), "it has a label without tokens");
  test::expect_same_bits(each[1], decompose(tiny.engine, std::span(tiny.prompts).first(1)), "beside them");
  test::expect_same_bits(each[3], decompose(tiny.engine, std::span(tiny.prompts).subspan(1, 1)), "beside them");
  EXPECT_THAT(test::error_of([&] { decompose_each(tiny.engine, prompts); }).what(), HasSubstr("prompt 3: it has 1"));
}

TEST(DecomposeEach, KeepsToItsMemory) {
  const TinyLlama tiny;
  const Engine engine(tiny.model, *tiny.backend);
  const auto free = decompose_each(engine, tiny.prompts);
  DecomposeOptions little;
  const std::string error = test::error_of([&] {
                              little.memory_bytes = 1000;
                              decompose_each(engine, tiny.prompts, little);
                            }).what();
  EXPECT_THAT(error, HasSubstr("of memory are not enough"));
  little.memory_bytes = memory_need(engine, tiny.prompts, little).least() + 2'000'000;
  const auto bound = decompose_each(engine, tiny.prompts, little);
  for (std::size_t i = 0; i < free.size(); ++i) test::expect_same_bits(free[i], bound[i], "in groups");
}

TEST(JoinExamples, PutsThemOneAfterAnother) {
  const TinyLlama tiny;
  std::vector<PromptIds> prompts = tiny.prompts;
  for (PromptIds& prompt : prompts) prompt.label_ids.clear(), prompt.labels = kTrees[0];
  const DecomposeOptions options{.label_mass = true, .stored = {.hidden = true, .z = true}};
  const Contributions joined = join_examples(decompose_each(tiny.engine, prompts, options)),
                      together = decompose(tiny.engine, prompts, options);
  expect_same(joined, together, "joined");
  EXPECT_TRUE(test::same_bits(joined.label_mass, together.label_mass));
}

}  // namespace
}  // namespace partwise::internal
