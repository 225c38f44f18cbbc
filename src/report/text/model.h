// What is known of a model before it is run, for a terminal.
#pragma once

#include <string>

#include "session/findings.h"

namespace partwise {

/// A line for each fact; what was not found is left out.
std::string findings_text(const Findings& found);

}  // namespace partwise
