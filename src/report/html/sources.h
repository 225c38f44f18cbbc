// Whose label a head copies, as a section of the page.
#pragma once

#include <string>

#include "session/report_input.h"

namespace partwise {

/// "" if the run was not split.
std::string sources_section(const ReportInput& input);

}  // namespace partwise
