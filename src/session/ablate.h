// The model without one part after another.
#pragma once

#include <cstdint>
#include <vector>

#include "analysis/ablation.h"
#include "base/listener.h"
#include "prompts/prompts.h"
#include "session/compute_options.h"
#include "session/loaded_model.h"

namespace partwise::internal {

struct Ablations {
  Analysis analysis;                    // of the full model
  std::vector<AblationEffect> effects;  // in the order in which parts were left out
  bool with_mean = false;               // each part is replaced by its mean, else by zero

  /// The part that `effect` is about.
  Component part(const AblationEffect& effect) const;
};

/// Runs the full model and then the model without each of `named`. If `named` is empty: without each of the `n_extreme`
/// best and the `n_extreme` worst parts on the test rows. All passes share one progress. The listener is first told how
/// many parts are left out. Errors: those of decompose(); what the listener throws.
Ablations ablate_parts(const LoadedModel& loaded, const PromptSet& set, const ComputeOptions& compute,
                       const std::vector<Component>& named, std::int64_t n_extreme, const Listener& listener);

}  // namespace partwise::internal
