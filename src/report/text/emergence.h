// The checkpoints of a training run, for a terminal.
#pragma once

#include <string>

#include "study/emergence.h"

namespace partwise::internal {

/// One line per checkpoint, then one for the control if there is one.
std::string emergence_text(const Emergence& emergence, bool colour);

}  // namespace partwise::internal
