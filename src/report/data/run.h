// A run's report as JSON and CSV.
#pragma once

#include <string>
#include <string_view>

#include "base/json_fwd.h"
#include "session/report_input.h"

namespace partwise::internal {

/// `input` comes from full_report_on. `rows` says which rows of the run were judged: "test" or "all".
OrderedJson report_json(const ReportInput& input, std::string_view rows);
/// One line per part: component_columns(), then one column share_WORD per label.
std::string components_csv(const ReportInput& input);

}  // namespace partwise::internal
