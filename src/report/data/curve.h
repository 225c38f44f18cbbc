// Learning curves as JSON.
#pragma once

#include "analysis/analysis.h"
#include "analysis/learning_curve.h"
#include "base/json_fwd.h"

namespace partwise {

/// {"reader", "caveat", "full", "chance", "points": [{"pool_size", "mean", "sd", "accuracies"}], "skipped"}
OrderedJson curve_json(const LearningCurve& curve, const Analysis& analysis);

}  // namespace partwise
