// What the files of a model say about it, for a terminal.
#pragma once

#include <string>

#include "session/findings.h"

namespace partwise::internal {

/// One line per fact. Facts that were not found are left out.
std::string findings_text(const Findings& found);

}  // namespace partwise::internal
