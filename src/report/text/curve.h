// Learning curves for a terminal.
#pragma once

#include <string>

#include "analysis/analysis.h"
#include "analysis/learning_curve.h"

namespace partwise::internal {

/// One line per pool size, then the full model. `analysis` is the analysis of the test rows.
std::string curve_text(const LearningCurve& curve, const Analysis& analysis, bool colour);

}  // namespace partwise::internal
