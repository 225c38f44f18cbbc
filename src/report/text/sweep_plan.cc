#include "report/text/sweep_plan.h"

#include <fmt/format.h>

#include "base/text.h"
#include "report/text/text_table.h"

namespace partwise::internal {

namespace {

std::string table(const PlannedModel& model) {
  std::vector<std::vector<std::string>> lines = {
      {"pass", "runs", "prompts", "tokens", "to compute", "TFLOP", "run files"}};
  const auto add = [&](const std::string& name, const PassEstimate& pass) {
    lines.push_back({name, format_count(pass.n_runs), format_count(pass.n_prompts), format_count(pass.n_prompt_tokens),
                     format_count(pass.n_computed_tokens), fmt::format("{:.1f}", pass.flops * 1e-12),
                     format_bytes(static_cast<std::uint64_t>(pass.stored_bytes))});
  };
  for (const auto& [name, pass] : model.units) add(name, pass);
  add("all", model.all);
  return text_table(lines, 1, "", false);
}

}  // namespace

std::string sweep_plan_text(const SweepPlan& plan) {
  std::string text;
  for (const PlannedModel& model : plan.models)
    text += fmt::format("{}, {} parameters, {} components; about {} of memory\n{}\n", model.name,
                        format_count(model.n_parameters), format_count(model.n_components),
                        format_bytes(static_cast<std::uint64_t>(model.all.memory)), table(model));
  return text + fmt::format("about {} of computing, estimated from a short trial; token counts are estimates too\n",
                            format_duration(plan.seconds));
}

}  // namespace partwise::internal
