// The plan and cost of a study, for a terminal.
#pragma once

#include <string>

#include "study/sweep_plan.h"

namespace partwise::internal {

/// One table per model with one line per pass, then the estimated time of the whole study.
std::string sweep_plan_text(const SweepPlan& plan);

}  // namespace partwise::internal
