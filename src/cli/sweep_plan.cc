#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "cli/sweep.h"
#include "cli/sweep_estimate.h"
#include "cli/warnings.h"
#include "prompts/prompt_traps.h"
#include "report/text/text_table.h"

namespace partwise {

namespace {

struct PlannedUnit {
  std::string name;
  PassEstimate pass;
};

using NamedWarnings = std::vector<std::pair<std::string, std::vector<Warning>>>;

/// Adds what can be said of each run without its ids.
std::vector<PlannedUnit> plan_units(const StudySetting& setting, const LoadedModel& model, const Backend& backend,
                                    NamedWarnings& warnings) {
  std::vector<PlannedUnit> units;
  for (const StudyUnit& unit : setting.units()) {
    const std::vector<StudyJob> jobs = setting.jobs(unit, model);
    units.push_back({setting.name(unit), estimate_pass(setting, unit, jobs, model, backend)});
    for (const StudyJob& job : jobs)
      warnings.emplace_back(setting.name(unit), prompt_warnings(job.prompts, model.tokenizer()));
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

std::string table(const std::vector<PlannedUnit>& units) {
  std::vector<std::vector<std::string>> lines = {
      {"pass", "runs", "prompts", "tokens", "to compute", "TFLOP", "run files"}};
  const auto add = [&](const std::string& name, const PassEstimate& pass) {
    lines.push_back({name, format_count(pass.n_runs), format_count(pass.n_prompts), format_count(pass.n_prompt_tokens),
                     format_count(pass.n_computed_tokens), fmt::format("{:.1f}", pass.flops * 1e-12),
                     format_bytes(static_cast<std::uint64_t>(pass.stored_bytes))});
  };
  for (const auto& [name, pass] : units) add(name, pass);
  add("all", sum(units));
  return text_table(lines, 1, "", false);
}

}  // namespace

void plan_sweep(const StudySetting& setting, const ComputeOptions& compute, Console& console) {
  const auto backend = compute.backend();
  double seconds = 0;
  NamedWarnings warnings;
  for (const LoadedModel& model : setting.models()) {
    const std::vector<PlannedUnit> units = plan_units(setting, model, *backend, warnings);
    const PassEstimate all = sum(units);
    const StudyJob first = setting.jobs(setting.units().front(), model).front();  // the shortest prompts
    const double rate = measure_rate(setting, first, model, *backend);
    if (rate > 0) seconds += all.flops / rate;
    console.print(fmt::format("{}, {} parameters, {} components; about {} of memory\n{}\n", model.place().name,
                              format_count(model.model().n_parameters()),
                              format_count(model.config().n_layers * (model.config().n_heads + 1)),
                              format_bytes(static_cast<std::uint64_t>(all.memory)), table(units)));
  }
  warn_of_runs(console, warnings);
  console.print(fmt::format("about {} of computing at the rate of a short try; tokens are about right, too\n",
                            format_duration(seconds)));
}

}  // namespace partwise
