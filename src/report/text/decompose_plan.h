// What a decomposition would take, for a terminal.
#pragma once

#include <string>

#include "session/decompose_plan.h"
#include "session/decompose_series.h"

namespace partwise {

/// A line for each fact. `unused` says which labelled rows are not used; "" if all are.
std::string decompose_plan_text(const DecomposePlan& plan, const std::string& unused);
/// The line before the plan of a series: how many checkpoints there are, which is the first and which the last.
std::string series_plan_text(const CheckpointSeries& series);

}  // namespace partwise
