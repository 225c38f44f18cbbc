// Runs beside each other, for a terminal.
#pragma once

#include <string>

#include "study/comparison.h"

namespace partwise {

/// The runs with their best parts, means over pairs of one relation, and the best part of each run on the others.
std::string comparison_text(const Comparison& comparison, bool colour);

}  // namespace partwise
