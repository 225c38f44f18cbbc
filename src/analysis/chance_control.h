// How good the best of many parts looks by luck alone.
#pragma once

#include <vector>

namespace partwise {

struct PartAnswers;  // analysis/answers.h

/// The control for picking the best of many components on few rows: the accuracy of the best component after the rows'
/// labels were shuffled, so that nothing but luck is left; for each of 200 shuffles, in ascending order. The shuffles
/// are always the same ones. A best component that does not exceed the 95th percentile (`percentile`) is none that the
/// rows can tell from luck. Errors: bad_data where there are no rows.
std::vector<double> best_by_chance(const PartAnswers& answers);

}  // namespace partwise
