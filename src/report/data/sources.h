// Whose label a head copies, as JSON.
#pragma once

#include "base/json_fwd.h"
#include "session/report_input.h"

namespace partwise {

/// [{"name", "copying", "push", "same_label", "other_label", "demonstrations", "input", "rest"}] of every head; null if
/// the run was not split.
OrderedJson sources_json(const ReportInput& input);

}  // namespace partwise
