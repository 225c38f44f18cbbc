// The report of a run as one self-contained page.
#pragma once

#include <string>

#include "session/report_input.h"

namespace partwise::internal {

/// An HTML page that holds its styles and figures. It has no script and needs no network. All text from the user is
/// escaped.
std::string html_report(const ReportInput& input);

}  // namespace partwise::internal
