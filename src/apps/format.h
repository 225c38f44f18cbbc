// Accuracies and intervals as people and scripts read them.
#pragma once

#include <string>

#include "apps/console.h"
#include "experiment/analysis.h"

namespace partwise {

/// "61.3 %"
std::string format_percent(double share);
/// " 61.3 %  (55.8 to 66.4)", in brackets the 95 % interval.
std::string format_proportion(const Proportion& proportion);

}  // namespace partwise
