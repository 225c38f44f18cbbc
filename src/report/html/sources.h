// How far each head copies the labels of demonstrations, as a section of the page.
#pragma once

#include <string>

#include "session/report_input.h"

namespace partwise::internal {

/// "" if the run was not split by source.
std::string sources_section(const ReportInput& input);

}  // namespace partwise::internal
