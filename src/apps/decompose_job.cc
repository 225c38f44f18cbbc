#include "apps/decompose_job.h"

#include <fmt/format.h>

#include "apps/interrupt.h"
#include "apps/progress_bar.h"
#include "apps/version.h"
#include "base/text.h"
#include "formats/checkpoint.h"

namespace partwise {

std::vector<PromptIds> prompt_ids(const PromptSet& set) {
  std::vector<PromptIds> ids;
  for (const Prompt& prompt : set.prompts) ids.push_back({prompt.ids, prompt.option_ids});
  return ids;
}

std::map<std::string, std::string> run_metadata(const LoadedModel& loaded, const PromptSet& set) {
  std::map<std::string, std::string> metadata = set.metadata;
  const std::filesystem::path path = std::filesystem::canonical(loaded.model().checkpoint().path());
  metadata["model"] = path.filename().string();
  metadata["fingerprint"] = loaded.fingerprint();
  metadata["tokenizer"] = loaded.tokenizer() ? loaded.tokenizer()->description() : "none";
  metadata["precision"] = "f32";
  metadata["version"] = std::string(kVersion);
  if (!loaded.allow_unknown().empty()) metadata["allow_unknown"] = Json(loaded.allow_unknown()).dump();
  return metadata;
}

Run decompose_prompts(const LoadedModel& loaded, const PromptSet& set, const ComputeOptions& compute,
                      const Console& console, DecomposeStats* stats) {
  Interruptible interruptible;
  ProgressBar bar(console, static_cast<double>(loaded.config().n_layers));
  DecomposeOptions options;
  options.memory_bytes = compute.memory_bytes;
  options.progress = bar.listener();
  Run run;
  run.parts = decompose(loaded.model(), *compute.backend(), prompt_ids(set), options, stats);
  throw_if_interrupted();
  for (const Prompt& prompt : set.prompts) run.labels.push_back(prompt.label);
  run.split = set.split;
  run.metadata = run_metadata(loaded, set);
  return run;
}

std::string describe(const DecomposeStats& stats, std::size_t n_prompts) {
  const double rate = stats.seconds > 0 ? static_cast<double>(stats.n_computed_tokens) / stats.seconds : 0;
  return fmt::format("{} prompt{}, {} tokens, {} of them computed in {} ({} tokens/s)",
                     format_count(static_cast<std::int64_t>(n_prompts)), n_prompts == 1 ? "" : "s",
                     format_count(stats.n_prompt_tokens), format_count(stats.n_computed_tokens),
                     format_duration(stats.seconds), format_count(static_cast<std::int64_t>(rate)));
}

}  // namespace partwise
