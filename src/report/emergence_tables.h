// What a training run comes to, checkpoint by checkpoint, for a terminal and for other programs.
#pragma once

#include <string>

#include "base/json_fwd.h"
#include "study/emergence.h"

namespace partwise {

/// "untrained": what the control is called in place of a checkpoint.
inline constexpr const char* kControlName = "untrained";

/// A line for each checkpoint, and one for the control.
std::string emergence_text(const Emergence& emergence, bool colour);
/// {"checkpoints": [...], "control": null or the same as a checkpoint}
OrderedJson emergence_json(const Emergence& emergence);
/// checkpoint, step, n, accuracy, accuracy_low, accuracy_high, chance, best_component, best_accuracy, best_by_chance,
/// q05, q25, q50, q75, q95, correlation, overlap
std::string emergence_csv(const Emergence& emergence);

}  // namespace partwise
