// Runs compared with each other, for a terminal.
#pragma once

#include <cstddef>
#include <string>

#include "study/comparison.h"

namespace partwise::internal {

/// Three tables: the runs with their best parts; means over all pairs with the same relation; the best part of each run
/// on the other runs. Tables are folded at `width` (text_table.h).
std::string comparison_text(const Comparison& comparison, bool colour, std::size_t width = 0);

}  // namespace partwise::internal
