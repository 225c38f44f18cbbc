// A training run checkpoint by checkpoint, for a terminal.
#pragma once

#include <string>

#include "study/emergence.h"

namespace partwise {

/// A line for each checkpoint, and one for the control.
std::string emergence_text(const Emergence& emergence, bool colour);

}  // namespace partwise
