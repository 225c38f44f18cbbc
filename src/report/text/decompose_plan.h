// The plan and cost of a decomposition, for a terminal.
#pragma once

#include <string>

#include "session/decompose_plan.h"
#include "session/decompose_series.h"

namespace partwise::internal {

/// One line per fact. `unused` says which labelled rows are not used; "" if all are used.
std::string decompose_plan_text(const DecomposePlan& plan, const std::string& unused);
/// The line before the plan of a series: the number of checkpoints, the first and the last one.
std::string series_plan_text(const CheckpointSeries& series);

}  // namespace partwise::internal
