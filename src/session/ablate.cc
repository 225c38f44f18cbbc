#include "session/ablate.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "base/error.h"
#include "session/decompose_job.h"

namespace partwise::internal {

namespace {

/// Passes over the same prompts, with one progress for all.
class AblationPasses {
 public:
  AblationPasses(const Session& session, const PromptSet& set, const Listener& listener, std::int64_t n_passes)
      : session_(session), set_(set), prompts_(ids_of(set)), n_passes_(n_passes), listener_(listener) {}

  Run without(std::vector<AblatedPart> parts) {
    DecomposeOptions options = next();
    options.ablated = std::move(parts);
    Contributions found = session_.decompose(prompts_, options);
    listener_.stop_if_asked();
    return as_run(session_.loaded(), set_, session_.compute(), std::move(found));
  }

  /// What stands in each part's place.
  std::vector<AblatedPart> replacements(const std::vector<Component>& parts) {
    return session_.compute().ablate_with_mean ? session_.mean_parts(prompts_, parts, next())
                                               : zero_parts(session_.loaded().config(), parts);
  }

 private:
  DecomposeOptions next() {
    DecomposeOptions options = session_.options();
    options.progress = pass_of(listener_.progress, n_begun_++, n_passes_);
    return options;
  }

  const Session& session_;
  const PromptSet& set_;
  std::vector<PromptIds> prompts_;
  std::int64_t n_passes_, n_begun_ = 0;
  const Listener& listener_;
};

/// The `n` best parts, then the `n` worst of the others.
std::vector<Component> best_and_worst(const Analysis& analysis, std::int64_t n) {
  const auto n_all = static_cast<std::int64_t>(analysis.components.size());
  std::vector<std::int64_t> chosen = analysis.best(n);
  const std::size_t n_best = chosen.size(), n_chosen = n_best + static_cast<std::size_t>(n);
  for (std::int64_t c : analysis.worst(n_all)) {
    const auto best_end = chosen.begin() + static_cast<std::ptrdiff_t>(n_best);
    if (chosen.size() < n_chosen && std::find(chosen.begin(), best_end, c) == best_end) chosen.push_back(c);
  }
  std::vector<Component> parts;
  for (std::int64_t c : chosen) parts.push_back(analysis.components[static_cast<std::size_t>(c)].component);
  return parts;
}

}  // namespace

Component Ablations::part(const AblationEffect& effect) const {
  return analysis.components[static_cast<std::size_t>(effect.component)].component;
}

Ablations ablate_parts(const LoadedModel& loaded, const PromptSet& set, const ComputeOptions& compute,
                       const std::vector<Component>& named, std::int64_t n_extreme, const Listener& listener) {
  const ModelConfig& config = loaded.config();
  const std::int64_t n_parts = named.empty() ? std::min(2 * n_extreme, config.n_components()) : std::ssize(named);
  listener.say(fmt::format("{} part{} to leave out, one after the other", n_parts, n_parts == 1 ? "" : "s"));
  const Session session(loaded, compute, Passes::many);
  AblationPasses passes(session, set, listener, 1 + (compute.ablate_with_mean ? 1 : 0) + n_parts);
  const Run full = passes.without({});
  const std::vector<std::int64_t> rows = labelled_test_rows(full);
  Ablations found{analyze(full, rows), {}, compute.ablate_with_mean};
  const std::vector<Component> parts = named.empty() ? best_and_worst(found.analysis, n_extreme) : named;
  for (const AblatedPart& part : passes.replacements(parts)) {
    const std::int64_t c = component_index(part.part, config.n_layers, config.n_heads);
    found.effects.push_back(ablation_effect(full, passes.without({part}), rows, c));
  }
  return found;
}

}  // namespace partwise::internal
