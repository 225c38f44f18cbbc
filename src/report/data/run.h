// A run's report as JSON and CSV.
#pragma once

#include <string>
#include <string_view>

#include "base/json_fwd.h"
#include "session/report_input.h"

namespace partwise {

/// What full_report_on knows of the run; `rows` says which of its rows were judged: "test" or "all".
OrderedJson report_json(const ReportInput& input, std::string_view rows);
/// A line for each part: component_columns, and share_WORD of each label.
std::string components_csv(const ReportInput& input);

}  // namespace partwise
