// The effects of leaving parts out of the model, for a terminal.
#pragma once

#include <cstddef>
#include <string>

#include "session/ablate.h"

namespace partwise::internal {

/// One line per part that was left out, folded at `width` (text_table.h), then an explanation of the columns.
std::string ablation_text(const Ablations& found, bool colour, std::size_t width = 0);

}  // namespace partwise::internal
