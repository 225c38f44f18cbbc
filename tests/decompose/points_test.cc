// Read points: any position, several to a prompt, any number of labels for each.
#include "decompose/points.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "decompose/decompose.h"
#include "decompose/memory.h"
#include "support/errors.h"
#include "support/golden.h"
#include "support/paths.h"

namespace partwise::internal {
namespace {

using ::testing::HasSubstr;

/// Labels for a position: 1 to 4 of them.
std::vector<std::int32_t> labels_at(std::size_t position) {
  const std::vector<std::int32_t> all = {5, 9, 7, 11};
  return {all.begin(), all.begin() + 1 + static_cast<std::ptrdiff_t>(position % 4)};
}

std::vector<std::int32_t> sources_of(std::size_t n) {
  std::vector<std::int32_t> sources;
  for (std::size_t i = 0; i < n; ++i) sources.push_back(static_cast<std::int32_t>(i % 2));
  return sources;
}

/// The same prompts, read at every position; last positions too have labels of their own.
std::vector<PromptIds> read_everywhere(std::vector<PromptIds> prompts) {
  for (PromptIds& prompt : prompts) {
    prompt.sources = sources_of(prompt.ids.size());
    prompt.label_ids.clear();
    for (std::size_t i = 0; i < prompt.ids.size(); ++i)
      prompt.points.push_back({static_cast<std::int64_t>(i), labels_at(i)});
  }
  return prompts;
}

/// One prompt per read point, which ends there.
PromptIds cut_at(const PromptIds& prompt, const PointOfPrompt& point) {
  const auto n = static_cast<std::ptrdiff_t>(point.position + 1);
  return {{prompt.ids.begin(), prompt.ids.begin() + n},
          {point.label_ids.begin(), point.label_ids.end()},
          {prompt.sources.begin(), prompt.sources.begin() + n}};
}

class ReadPoints : public testing::TestWithParam<Precision> {};

TEST_P(ReadPoints, AreReadAsIfThePromptEndedThere) {
  for (const auto& folder : test::tiny_models()) {
    const Model model = Model::load(folder);
    const std::vector<PromptIds> prompts = read_everywhere(test::read_golden(folder).prompts);
    const auto backend = make_cpu_backend(2, GetParam());
    const Engine engine(model, *backend);
    DecomposeOptions options{.n_sources = 2, .by_token = true, .stored = {.hidden = true, .z = true}};
    options.memory_bytes = memory_need(engine, prompts, options).least();  // several groups
    const PointParts parts = decompose_points(engine, prompts, options);
    options.memory_bytes = {};
    const std::int64_t l = model.config().n_layers - 1, h = model.config().n_heads - 1;
    const std::vector<PointOfPrompt> points = points_of(prompts);
    ASSERT_EQ(parts.n_points(), std::ssize(points));
    for (std::int64_t p = 0; p < parts.n_points(); ++p) {
      const std::vector<PromptIds> alone = {cut_at(prompts[points[p].prompt], points[p])};
      const Contributions here = parts.at(p, p), expected = decompose_points(engine, alone, options).as_examples();
      test::expect_same_bits(here, expected, folder.string());
      EXPECT_TRUE(test::same_bits(here.by_source, expected.by_source)) << folder << p;
      EXPECT_TRUE(test::same_bits(here.hidden, expected.hidden)) << folder << p;
      EXPECT_TRUE(test::same_bits(here.z, expected.z)) << folder << p;
      for (std::int64_t t = 0; t < expected.by_token.dim(3); ++t)
        for (std::int64_t y = 0; y < here.n_labels(); ++y)
          ASSERT_EQ(here.by_token(0, l, h, t, y), expected.by_token(0, l, h, t, y)) << folder << p;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Precisions, ReadPoints, testing::Values(Precision::f32, Precision::bf16),
                         [](const auto& param) { return std::string(name(param.param)); });

struct TinyLlama {
  Model model = Model::load(test::source_dir() / "tests/golden/tiny-llama");
  std::unique_ptr<Backend> backend = make_cpu_backend(2);
  Engine engine{model, *backend, Residency::resident, 1'000'000};
  std::vector<PromptIds> prompts = test::read_golden(test::source_dir() / "tests/golden/tiny-llama").prompts;
};

TEST(ReadPoints, AreReadAlsoOfKnownRows) {
  const TinyLlama tiny;
  const std::vector<PromptIds> prompts = read_everywhere(tiny.prompts);
  const PointParts before = decompose_points(Engine(tiny.model, *tiny.backend), prompts);
  decompose(tiny.engine, tiny.prompts);  // all rows are known from here
  for (int pass = 0; pass < 2; ++pass)
    EXPECT_TRUE(test::same_bits(decompose_points(tiny.engine, prompts).flat.heads, before.flat.heads));
}

TEST(Failures, OfOnePromptLeaveItsNeighboursAlone) {
  const TinyLlama tiny;
  std::vector<PromptIds> prompts = tiny.prompts;
  prompts.insert(prompts.begin() + 1, {{3, 100'000, 4}, prompts[0].label_ids});
  prompts.push_back({{}, prompts[0].label_ids});
  prompts.push_back({std::vector<std::int32_t>(100'000, 3), prompts[0].label_ids});
  EXPECT_THAT(test::error_of([&] { decompose(tiny.engine, prompts); }).what(), HasSubstr("prompt 2: token id 100000"));

  std::vector<PromptFailure> failures;
  const Contributions parts = decompose(tiny.engine, prompts, {.failures = &failures});
  ASSERT_EQ(failures.size(), 3u);
  EXPECT_EQ(failures[0].prompt, 1);
  EXPECT_THAT(failures[0].error.what(), HasSubstr("token id 100000 is outside the vocabulary"));
  EXPECT_EQ(failures[1].prompt, std::ssize(prompts) - 2);
  EXPECT_THAT(failures[1].error.what(), HasSubstr("it is empty"));
  EXPECT_THAT(failures[2].error.what(), HasSubstr("is 100000 tokens long"));
  EXPECT_TRUE(std::isnan(parts.heads(1, 0, 0, 0)));

  const Contributions alone = decompose(tiny.engine, tiny.prompts);
  for (std::int64_t i = 0; i < alone.n_examples(); ++i)
    EXPECT_EQ(parts.heads(i + (i > 0 ? 1 : 0), 1, 1, 0), alone.heads(i, 1, 1, 0)) << i;
}

TEST(Failures, OfLongPromptsSayWhereLongropeChangesItsAngles) {
  const Model model = Model::load(test::source_dir() / "tests" / "golden" / "tiny-phi3-longrope");
  const auto backend = make_cpu_backend(2);
  const Engine engine(model, *backend);
  const std::vector<std::int32_t> context(256, 3), beyond(257, 3);
  EXPECT_NO_THROW(decompose(engine, std::vector<PromptIds>{{context, {1, 2}}}));
  const Error error = test::error_of([&] { decompose(engine, std::vector<PromptIds>{{beyond, {1, 2}}}); });
  EXPECT_THAT(error.what(), HasSubstr("257 tokens long, the model's context is 256"));
  EXPECT_THAT(error.hint(), HasSubstr("LongRoPE rotates longer prompts by other angles"));
}

TEST(Failures, OfAllPromptsLeaveNothing) {
  const TinyLlama tiny;
  std::vector<PromptFailure> failures;
  const std::vector<PromptIds> prompts = {{{}, {1, 2}}, {{-1}, {1, 2}}};
  const Contributions parts = decompose(tiny.engine, prompts, {.failures = &failures});
  EXPECT_EQ(failures.size(), 2u);
  EXPECT_TRUE(std::isnan(parts.logits(0, 0)) && std::isnan(parts.logits(1, 1)));
}

// An ablation by values that are not finite spoils every prompt that is long enough to see it.
TEST(Failures, OfCertificatesAreListedByPrompt) {
  const TinyLlama tiny;
  std::vector<PromptFailure> failures;
  const AblatedPart spoilt{{0, 0}, std::vector<float>(tiny.model.config().d_head, std::nanf(""))};
  decompose(tiny.engine, tiny.prompts, {.ablated = {spoilt}, .failures = &failures});
  ASSERT_EQ(failures.size(), tiny.prompts.size());
  EXPECT_THAT(failures[1].error.what(), HasSubstr("its parts miss its logits"));
  EXPECT_THROW(decompose(tiny.engine, tiny.prompts, {.ablated = {spoilt}}), Error);
}

TEST(Failures, AreWrongReadPointsToo) {
  const TinyLlama tiny;
  const auto refusal = [&](std::vector<ReadPoint> points) {
    const std::vector<PromptIds> prompts = {{{1, 2, 3}, {}, {}, true, std::move(points)}};
    return std::string(test::error_of([&] { decompose_points(tiny.engine, prompts); }).what());
  };
  EXPECT_THAT(refusal({}), HasSubstr("prompt 1: it has no labels"));
  EXPECT_THAT(refusal({{3, {1}}}), HasSubstr("a read point outside of it"));
  EXPECT_THAT(refusal({{0, {}}}), HasSubstr("a read point without labels"));
  EXPECT_THAT(refusal({{0, {-4}}}), HasSubstr("token id -4 is outside the vocabulary"));
}

}  // namespace
}  // namespace partwise::internal
