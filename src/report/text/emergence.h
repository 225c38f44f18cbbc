// The checkpoints of a training run, for a terminal.
#pragma once

#include <cstddef>
#include <string>

#include "study/emergence.h"

namespace partwise::internal {

/// One line per checkpoint, then one for the control if there is one; more if they are wider than `width` (text_table).
std::string emergence_text(const Emergence& emergence, bool colour, std::size_t width = 0);

}  // namespace partwise::internal
