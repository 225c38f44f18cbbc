// Whose label a head copies, for a terminal.
#pragma once

#include <string>

#include "report/text/run.h"

namespace partwise {

/// The heads that repeat labels most, then the best heads, `options.n_parts` of each; "" if the run was not split.
std::string sources_text(const ReportInput& input, const TextOptions& options);

}  // namespace partwise
