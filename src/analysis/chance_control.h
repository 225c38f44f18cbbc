// How good the best of many parts looks by luck alone.
#pragma once

#include <cstdint>
#include <vector>

#include "decompose/contributions.h"

namespace partwise {

/// The control for picking the best of many components on few rows: the accuracy of the best component on `rows` (with
/// known labels) after their labels were shuffled, so that nothing but luck is left; for each of 200 shuffles, in
/// ascending order. The shuffles are always the same ones. A best component that does not exceed the 95th percentile
/// (`percentile`) is none that the rows can tell from luck. Every prediction is made once: [n_components, n_rows]
/// numbers are held. Errors: bad_data where there are no rows.
std::vector<double> best_by_chance(const Run& run, const std::vector<std::int64_t>& rows);

/// The smallest of ascending values that at least this share of them does not exceed.  share in (0, 1]
double percentile(const std::vector<double>& ascending, double share);

}  // namespace partwise
