// Runs compared with each other, for a terminal.
#pragma once

#include <string>

#include "study/comparison.h"

namespace partwise::internal {

/// Three tables: the runs with their best parts; means over all pairs with the same relation; the best part of each run
/// on the other runs.
std::string comparison_text(const Comparison& comparison, bool colour);

}  // namespace partwise::internal
