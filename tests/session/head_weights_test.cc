// How readers weigh heads: with these weights, what heads read from each source sums to what Reader::split_scores says
// that heads add.
#include "session/head_weights.h"

#include <gtest/gtest.h>

#include <cmath>

#include "analysis/fit_and_judge.h"
#include "decompose/decompose.h"
#include "support/golden.h"
#include "support/paths.h"

namespace partwise::internal {
namespace {

constexpr std::int64_t kRows = 16, kSources = 4, kShown = 4;

/// Prompts of several sets: those of a set begin with tokens of its own. Labels have one token, or form a tree.
std::vector<PromptIds> prompts_of(const test::Golden& golden, std::int64_t n_sets, bool have_trees) {
  std::vector<PromptIds> prompts;
  for (std::int64_t set = 0; set < n_sets; ++set)
    for (std::int64_t i = 0; i < kRows; ++i) {
      PromptIds prompt;
      for (std::int64_t t = 0; t < 3 * set + 2; ++t) prompt.ids.push_back(static_cast<std::int32_t>(7 * set + t + 1));
      for (std::int64_t t = 0; t < 4 + i % 5; ++t)
        prompt.ids.push_back(static_cast<std::int32_t>((31 * i + 17 * t * t + i % 3) % 290 + 1));
      prompt.label_ids = golden.prompts[0].label_ids;
      prompt.label_ids.resize(3);
      if (have_trees) prompt.labels = {{5, 9, 7}, {5, 9, 11, 6}, {8}};
      if (have_trees) prompt.label_ids.clear();
      prompts.push_back(std::move(prompt));
    }
  return prompts;
}

internal::Run run_of(Contributions parts, std::int64_t n_sets) {
  internal::Run run;
  run.parts = fold_sets(std::move(parts), n_sets);
  for (std::int64_t i = 0; i < kRows; ++i) {
    run.labels.push_back(static_cast<std::int32_t>(i % 3));
    const bool is_shown = n_sets > 1 && i < kShown;
    run.split.push_back(is_shown ? Split::demonstration : i < 12 ? Split::pool : Split::test);
    if (n_sets > 1) run.parts.demonstration_of.push_back(i < kShown ? 1 : n_sets > 2 && i < 2 * kShown ? 2 : 0);
  }
  run.info.set(facts::kLabelWords, {"a", "b", "c"});
  if (n_sets > 1) run.info.set(facts::kSets, n_sets);
  return run;
}

/// What the heads add to the scores, and the sum of the sizes of what each adds.  [n_labels]
std::vector<double> heads_of_split(const Reader& reader, const Contributions& parts, std::int64_t example,
                                   double& size) {
  const auto n = static_cast<std::size_t>(parts.n_labels());
  std::vector<double> split(static_cast<std::size_t>(parts.n_components() + 1) * n), sum(n);
  reader.split_scores(parts, example, split);
  const std::size_t n_heads = static_cast<std::size_t>(parts.n_layers() * parts.n_heads());
  for (std::size_t k = 0; k < n_heads * n; ++k) {
    sum[k % n] += split[k];
    size += std::abs(split[k]);
  }
  return sum;
}

void expect_sums(std::string_view kind, const Model& model, std::vector<PromptIds> prompts, std::int64_t n_sets,
                 const std::string& what) {
  const auto backend = make_cpu_backend(2);
  DecomposeOptions options{.stored = {.hidden = true, .z = true}};
  const internal::Run run = run_of(decompose(model, *backend, prompts, options), n_sets);
  const ReaderFile reader = fit_kind(kind, run, fit_rows(run));
  const HeadsOfReader heads = heads_of_reader(reader, model.config());
  WeighedHeads weighed{heads.sets, kSources, {}};
  for (std::size_t i = 0; i < prompts.size(); ++i) {
    auto& [weights, sources] = weighed.prompts.emplace_back();
    weights = i / kRows;
    for (std::size_t t = 0; t < prompts[i].ids.size(); ++t) sources.push_back(static_cast<std::int32_t>(t % kSources));
  }
  ASSERT_EQ(std::ssize(heads.sets), n_sets);
  options.weighed = &weighed;
  decompose(model, *backend, prompts, options);
  for (std::int64_t i = 0; i < kRows; ++i) {
    double size = 0;
    const std::vector<double> expected = heads_of_split(*reader.reader, run.parts, i, size);
    for (std::int64_t y = 0; y < 3; ++y) {
      double sum = heads.constant[static_cast<std::size_t>(y)];
      for (std::int64_t k = 0; k < n_sets; ++k)
        for (std::int64_t s = 0; s < kSources; ++s) sum += weighed.sums(k * kRows + i, s, y);
      size += std::abs(heads.constant[static_cast<std::size_t>(y)]);
      ASSERT_NEAR(sum, expected[static_cast<std::size_t>(y)], 1e-5 * size) << kind << " " << what;
    }
  }
}

TEST(HeadWeights, SumToTheSplitOfEveryReaderThatSplits) {
  const auto folder = test::source_dir() / "tests" / "golden" / "tiny-llama";
  const Model model = Model::load(folder);
  int n = 0;
  for (const ReaderKind& kind : reader_kinds()) {
    const bool learns_elsewhere =
        kind.learns_from == LearnsFrom::content_free || kind.learns_from == LearnsFrom::random_words;
    if (!kind.splits || learns_elsewhere) continue;
    for (bool have_trees : {false, true})
      expect_sums(kind.name, model, prompts_of(test::read_golden(folder), 1, have_trees), 1, "tiny-llama");
    ++n;
  }
  EXPECT_GE(n, 10);
}

TEST(HeadWeights, SumToTheSplitOfThreePromptSetsInEveryArchitecture) {
  for (const auto& folder : test::tiny_models())
    for (bool have_trees : {false, true}) {
      const Model model = Model::load(folder);
      if (have_trees && model.config().logit_cap > 0) continue;  // then heads are not weighed
      expect_sums("committee", model, prompts_of(test::read_golden(folder), 3, have_trees), 3, folder);
    }
}

}  // namespace
}  // namespace partwise::internal
