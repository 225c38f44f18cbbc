#include "session/ablate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <stdexcept>

#include "session/decompose_job.h"
#include "support/errors.h"
#include "support/golden.h"
#include "support/paths.h"

namespace partwise::internal {
namespace {

using ::testing::ElementsAre;

const LoadedModel& tiny_llama() {
  static const LoadedModel loaded({(test::source_dir() / "tests" / "golden" / "tiny-llama").string(), {}, {}});
  return loaded;
}

/// The golden prompts of the model. The first label is the true one in all of them.
PromptSet golden_prompts() {
  PromptSet set;
  for (const PromptIds& ids : test::read_golden(test::source_dir() / "tests" / "golden" / "tiny-llama").prompts) {
    Prompt& prompt = set.prompts.emplace_back();
    prompt.ids = ids.ids;
    prompt.label_ids = ids.label_ids;
    prompt.label = 0;
  }
  return set;
}

std::vector<Component> parts_of(const Ablations& found) {
  std::vector<Component> parts;
  for (const AblationEffect& effect : found.effects) parts.push_back(found.part(effect));
  return parts;
}

/// The share of prompts that the model answers with the first label when `part` is replaced by zero.
double accuracy_without(const Component& part, const PromptSet& set) {
  DecomposeOptions options;
  options.ablated = zero_parts(tiny_llama().config(), std::vector{part});
  const Contributions parts =
      decompose(tiny_llama().model(), *make_cpu_backend(1, Precision::f32), ids_of(set), options);
  std::int64_t hits = 0;
  for (std::int64_t i = 0; i < parts.logits.dim(0); ++i) {
    bool is_first = true;
    for (std::int64_t y = 1; y < parts.logits.dim(1); ++y)
      is_first = is_first && parts.logits(i, 0) >= parts.logits(i, y);
    hits += is_first;
  }
  return static_cast<double>(hits) / static_cast<double>(parts.logits.dim(0));
}

TEST(AblateParts, LeavesOutTheNamedOnesInTheirOrder) {
  const PromptSet set = golden_prompts();
  const std::vector<Component> named = {{1, -1}, {0, 2}};
  const Ablations found = ablate_parts(tiny_llama(), set, {}, named, 5, {});
  EXPECT_EQ(parts_of(found), named);
  for (const AblationEffect& effect : found.effects)
    EXPECT_DOUBLE_EQ(effect.accuracy, accuracy_without(found.part(effect), set));
}

TEST(AblateParts, TakesTheBestPartsAndThenTheWorstOnes) {
  const Ablations found = ablate_parts(tiny_llama(), golden_prompts(), {}, {}, 2, {});
  std::vector<std::int64_t> indices;
  for (const AblationEffect& effect : found.effects) indices.push_back(effect.component);
  const auto best = found.analysis.best(2), worst = found.analysis.worst(2);
  EXPECT_THAT(indices, ElementsAre(best[0], best[1], worst[0], worst[1]));
}

TEST(AblateParts, TakesEveryPartOnceIfThereAreNoMore) {
  const Ablations found = ablate_parts(tiny_llama(), golden_prompts(), {}, {}, 1000, {});
  std::vector<std::int64_t> indices;
  for (const AblationEffect& effect : found.effects) indices.push_back(effect.component);
  std::sort(indices.begin(), indices.end());
  std::vector<std::int64_t> all(static_cast<std::size_t>(tiny_llama().config().n_components()));
  std::iota(all.begin(), all.end(), 0);
  EXPECT_EQ(indices, all);
}

TEST(AblateParts, TellsTheListenerHowFarAllPassesAre) {
  std::vector<std::string> notes;
  std::vector<double> shares;
  const Listener listener = {
      .progress =
          [&](const Progress& p) { shares.push_back(static_cast<double>(p.done) / static_cast<double>(p.total)); },
      .note = [&](const std::string& note, const std::vector<Remedy>&) { notes.push_back(note); }};
  ablate_parts(tiny_llama(), golden_prompts(), {.ablate_with_mean = true}, {{0, 0}, {1, 1}}, 5, listener);
  EXPECT_THAT(notes, ElementsAre("2 parts to leave out, one after the other"));
  ASSERT_FALSE(shares.empty());
  EXPECT_TRUE(std::is_sorted(shares.begin(), shares.end()));
  EXPECT_LE(shares.front(), 0.25);  // four passes: the full model, the means, and each part
  EXPECT_GT(shares.back(), 0.75);
}

TEST(AblateParts, StopsAfterThePassInWhichItIsAsked) {
  int n_checks = 0;
  const Listener listener = {.check = [&] {
    if (++n_checks == 2) throw std::runtime_error("enough");
  }};
  EXPECT_THROW(ablate_parts(tiny_llama(), golden_prompts(), {}, {}, 5, listener), std::runtime_error);
  EXPECT_EQ(n_checks, 2);
}

}  // namespace
}  // namespace partwise::internal
