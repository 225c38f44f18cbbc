// The effects of leaving parts out of the model, for a terminal.
#pragma once

#include <string>

#include "session/ablate.h"

namespace partwise::internal {

/// One line per part that was left out, then an explanation of the columns.
std::string ablation_text(const Ablations& found, bool colour);

}  // namespace partwise::internal
