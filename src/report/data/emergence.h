// A training run checkpoint by checkpoint, as JSON and CSV.
#pragma once

#include <string>

#include "base/json_fwd.h"
#include "study/emergence.h"

namespace partwise {

/// {"checkpoints": [...], "control": null or the same as a checkpoint}
OrderedJson emergence_json(const Emergence& emergence);
/// checkpoint, step, n, accuracy, accuracy_low, accuracy_high, chance, best_component, best_accuracy, best_by_chance,
/// q05, q25, q50, q75, q95, correlation, overlap
std::string emergence_csv(const Emergence& emergence);

}  // namespace partwise
