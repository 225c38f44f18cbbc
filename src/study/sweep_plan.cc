#include "study/sweep_plan.h"

#include <algorithm>

#include "prompts/prompt_traps.h"

namespace partwise::internal {

namespace {

/// The units of a model with their estimates. Adds to `plan` the warnings about each run that need no token ids.
std::vector<PlannedUnit> plan_units(const StudySetting& setting, const Session& session, SweepPlan& plan) {
  const LoadedModel& model = session.loaded();
  std::vector<PlannedUnit> units;
  for (const StudyUnit& unit : setting.units()) {
    std::vector<PromptedJob> jobs;
    for (StudyJob& job : setting.jobs(unit, model)) jobs.push_back(setting.with_prompts(unit, std::move(job), model));
    units.push_back({setting.name(unit), estimate_pass(setting, unit, jobs, session)});
    for (const PromptedJob& job : jobs)
      plan.warnings.emplace_back(setting.name(unit), prompt_warnings(job.prompts, model.tokenizer()));
  }
  return units;
}

PassEstimate sum(const std::vector<PlannedUnit>& units) {
  PassEstimate all;
  for (const auto& [name, pass] : units) {
    all.n_runs += pass.n_runs;
    all.n_prompts += pass.n_prompts;
    all.n_prompt_tokens += pass.n_prompt_tokens;
    all.n_computed_tokens += pass.n_computed_tokens;
    all.flops += pass.flops;
    all.memory = std::max(all.memory, pass.memory);
    all.stored_bytes += pass.stored_bytes;
  }
  return all;
}

}  // namespace

SweepPlan plan_sweep(const StudySetting& setting, const ComputeOptions& compute) {
  SweepPlan plan;
  for (const LoadedModel& model : setting.models()) {
    const Session session(model, compute, setting.units().size() > 1 ? Passes::many : Passes::one);
    PlannedModel planned{model.place().name,
                         model.model().n_parameters(),
                         model.config().n_components(),
                         plan_units(setting, session, plan),
                         {}};
    planned.all = sum(planned.units);
    const StudyUnit& unit = setting.units().front();
    const PromptedJob first =
        setting.with_prompts(unit, setting.jobs(unit, model).front(), model);  // the shortest prompts
    if (const double rate = measure_rate(first, session); rate > 0) plan.seconds += planned.all.flops / rate;
    plan.models.push_back(std::move(planned));
  }
  return plan;
}

}  // namespace partwise::internal
