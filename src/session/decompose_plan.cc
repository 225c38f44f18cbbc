#include "session/decompose_plan.h"

#include <algorithm>

#include "prompts/prompt_sets.h"
#include "prompts/prompt_traps.h"
#include "session/decompose_job.h"

namespace partwise::internal {

namespace {

void count_rows(DecomposePlan& plan, const PromptSet& set) {
  const auto count = [&](Split split) { return std::ranges::count(set.split, split); };
  plan.n_prompts = count_prompts(set);
  plan.n_sets = n_sets(set);
  plan.n_demonstrations = count(Split::demonstration);
  plan.has_split = !set.split.empty();
  plan.n_pool = count(Split::pool);
  plan.n_test = count(Split::test);
  plan.content_free = set.info.text(facts::kContentFree);
}

}  // namespace

DecomposePlan plan_of_decompose(const LoadedModel& loaded, const PromptSet& set, const ComputeOptions& compute) {
  const Session session(loaded, compute, passes_of(compute));
  const DecomposeJob job = decompose_job(session, set);
  DecomposePlan plan;
  plan.stats = session.plan(job.prompts, job.options);
  plan.model = loaded.place().name;
  plan.n_parameters = loaded.model().n_parameters();
  plan.n_components = loaded.config().n_components();
  count_rows(plan, set);
  plan.label_words = set.label_words;
  plan.too_long = set.info.find(facts::kTooLong);
  plan.warnings = prompt_warnings(set, loaded.tokenizer());
  plan.stored = describe_stored(job, loaded.config());
  plan.without = compute.ablate;
  plan.with_mean = compute.ablate_with_mean;
  return plan;
}

}  // namespace partwise::internal
