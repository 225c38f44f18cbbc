// Learning curves as JSON.
#pragma once

#include <string>
#include <vector>

#include "analysis/analysis.h"
#include "analysis/learning_curve.h"
#include "base/json_fwd.h"

namespace partwise::internal {

/// {"reader", "caveat", "n", "full", "chance", "points": [{"pool_size", "mean", "sd", "accuracies"}], "skipped",
/// "warnings"}. `warnings` are sentences.
OrderedJson curve_json(const LearningCurve& curve, const Analysis& analysis, const std::vector<std::string>& warnings);

}  // namespace partwise::internal
