// What a study would do, for a terminal.
#pragma once

#include <string>

#include "study/sweep_plan.h"

namespace partwise {

/// A table for each model, a line for each pass; then about how long it takes.
std::string sweep_plan_text(const SweepPlan& plan);

}  // namespace partwise
