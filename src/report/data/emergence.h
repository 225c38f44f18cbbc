// The checkpoints of a training run, as JSON and CSV.
#pragma once

#include <string>

#include "base/json_fwd.h"
#include "study/emergence.h"

namespace partwise::internal {

/// {"checkpoints": [...], "control": null or an object like those in "checkpoints", "warnings": those of the last
/// checkpoint}
OrderedJson emergence_json(const Emergence& emergence);
/// The columns are checkpoint, step, n, accuracy, accuracy_low, accuracy_high, chance, best_component, best_accuracy,
/// best_by_chance, q05, q25, q50, q75, q95, correlation, overlap
std::string emergence_csv(const Emergence& emergence);

}  // namespace partwise::internal
