// The effects of leaving parts out of the model, as JSON.
#pragma once

#include <vector>

#include "base/json_fwd.h"
#include "prompts/warning.h"
#include "session/ablate.h"

namespace partwise::internal {

/// {"ablate_with", "n", "accuracy", "parts": [{"name", "accuracy_alone", "direct_effect", "total_effect",
/// "accuracy_without", "gain": {"value", "low", "high"}, "answers_changed"}], "warnings"}
OrderedJson ablation_json(const Ablations& found, const std::vector<Warning>& warnings);

}  // namespace partwise::internal
