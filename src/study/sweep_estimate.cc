#include "study/sweep_estimate.h"

#include <algorithm>

#include "decompose/memory.h"
#include "session/decompose_job.h"

namespace partwise::internal {

namespace {

using Ids = std::vector<std::int32_t>;

PromptSet first_test_prompt(const PromptSet& set) {
  PromptSet one;
  one.bos = set.bos;
  const auto test = std::ranges::find(set.split, Split::test);
  one.prompts.push_back(set.prompts[static_cast<std::size_t>(test - set.split.begin())]);
  return one;
}

/// Prompts that cost as much as the test rows of `set`: each row's own tokens behind those of the demonstrations.
std::vector<PromptIds> stand_ins(const PromptSet& set, const PromptSet& bare, const LoadedModel& model) {
  PromptSet first = first_test_prompt(set);
  model.tokenize_any_length(first);
  const Prompt& whole = first.prompts[0];
  const std::size_t own = std::min(bare.prompts[0].ids.size(), whole.ids.size());
  const Ids prefix(whole.ids.begin(), whole.ids.end() - static_cast<std::ptrdiff_t>(own));
  const auto room = static_cast<std::size_t>(model.config().n_ctx);
  std::vector<PromptIds> prompts;
  for (const Prompt& row : bare.prompts) {
    Ids ids = prefix;
    ids.insert(ids.end(), row.ids.begin(), row.ids.end());
    if (ids.size() > room) continue;
    PromptIds& prompt = prompts.emplace_back(ids_of(whole));
    prompt.ids = std::move(ids);
  }
  return prompts;
}

}  // namespace

PassEstimate estimate_pass(const StudySetting& setting, const StudyUnit& unit, const std::vector<PromptedJob>& jobs,
                           const Session& session) {
  const LoadedModel& model = session.loaded();
  PassEstimate all;
  if (jobs.empty()) return all;
  PromptSet bare = setting.bare_prompts(unit, model);
  model.tokenize_any_length(bare);
  for (const auto& [job, set] : jobs) {
    const std::vector<PromptIds> prompts = stand_ins(set, bare, model);
    if (prompts.empty()) continue;
    DecomposeOptions options = session.options();
    options.stored = setting.compute(job.run).stored;
    const DecomposeStats stats = session.plan(prompts, options);
    const std::int64_t n_prompts = count_prompts(set);
    const double scale = static_cast<double>(n_prompts) / static_cast<double>(prompts.size());
    const auto scaled = [&](std::int64_t n) { return static_cast<std::int64_t>(scale * static_cast<double>(n)); };
    ++all.n_runs;
    all.n_prompts += n_prompts;
    all.n_prompt_tokens += scaled(stats.n_prompt_tokens);
    all.n_computed_tokens += scaled(stats.n_computed_tokens);
    all.flops += scale * stats.flops;
    all.memory = std::max(all.memory, stats.memory);
    all.stored_bytes +=
        result_bytes(model.config(), static_cast<std::int64_t>(prompts[0].n_labels()), options.stored) * n_prompts;
  }
  return all;
}

double measure_rate(const PromptedJob& job, const Session& session) {
  constexpr std::size_t kPrompts = 24;
  const LoadedModel& model = session.loaded();
  PromptSet set = job.prompts;
  set.other_sets.clear();
  model.tokenize_any_length(set);
  std::erase_if(set.prompts, [&](const Prompt& prompt) { return tokens_needed(prompt) > model.config().n_ctx; });
  if (set.prompts.empty()) return 0;
  set.prompts.resize(std::min(kPrompts, set.prompts.size()));
  DecomposeOptions options = session.options();
  options.stored = {};
  DecomposeStats stats;
  session.decompose(ids_of(set), options, &stats);
  return stats.flops / stats.seconds;
}

}  // namespace partwise::internal
