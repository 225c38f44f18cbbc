// Whose label a head copies: text, HTML and JSON.
#pragma once

#include <cstdint>
#include <string>

#include "base/json_fwd.h"
#include "report/text/run.h"
#include "session/report_input.h"

namespace partwise {

/// The heads that repeat labels most, then the best heads, `options.n_parts` of each; "" where the run was not split.
std::string sources_text(const ReportInput& input, const TextOptions& options);
/// The same as a section of the page.
std::string sources_section(const ReportInput& input);
/// Every head; null where the run was not split.
OrderedJson sources_json(const ReportInput& input);

}  // namespace partwise
