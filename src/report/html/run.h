// The report as one page that needs nothing else.
#pragma once

#include <string>

#include "session/report_input.h"

namespace partwise {

/// An HTML page with its styles and figures in it: no script, no network. Everything that comes from the user is
/// escaped.
std::string html_report(const ReportInput& input);

}  // namespace partwise
