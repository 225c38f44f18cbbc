// What parts do for the model, by leaving them out, for a terminal.
#pragma once

#include <string>

#include "session/ablate.h"

namespace partwise {

/// A line for each part that was left out, then what the columns mean.
std::string ablation_text(const Ablations& found, bool colour);

}  // namespace partwise
