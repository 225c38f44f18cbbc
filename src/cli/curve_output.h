// Learning curves for a terminal and for scripts.
#pragma once

#include <string>

#include "analysis/analysis.h"
#include "analysis/learning_curve.h"
#include "cli/console.h"

namespace partwise {

/// A line for each size, then the full model; `analysis` is that of the test rows.
std::string curve_text(const LearningCurve& curve, const Analysis& analysis, bool colour);

/// {"reader", "caveat", "full", "chance", "points": [{"pool_size", "mean", "sd", "accuracies"}], "skipped"}
OrderedJson curve_json(const LearningCurve& curve, const Analysis& analysis);

}  // namespace partwise
