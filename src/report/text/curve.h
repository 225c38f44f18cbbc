// Learning curves for a terminal.
#pragma once

#include <string>

#include "analysis/analysis.h"
#include "analysis/learning_curve.h"

namespace partwise::internal {

/// One line per pool size, then the full model, folded at `width` (text_table.h). `analysis` is the analysis of the
/// test rows.
std::string curve_text(const LearningCurve& curve, const Analysis& analysis, bool colour, std::size_t width = 0);

}  // namespace partwise::internal
