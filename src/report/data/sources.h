// How far each head copies the labels of demonstrations, as JSON.
#pragma once

#include "base/json_fwd.h"
#include "session/report_input.h"

namespace partwise::internal {

/// One object per head: {"name", "copying", "push", "same_label", "other_label", "demonstrations", "input", "rest"}.
/// null if the run was not split by source.
OrderedJson sources_json(const ReportInput& input);

}  // namespace partwise::internal
