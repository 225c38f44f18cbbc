// How good the best of many parts looks by luck alone.
#pragma once

#include <vector>

namespace partwise::internal {

struct PartAnswers;  // analysis/answers.h

/// The control for picking the best of many components on few rows. The rows' labels are shuffled 200 times, so that
/// only luck is left. The result is the accuracy of the best component after each shuffle, in ascending order. The
/// shuffles are always the same. If a best component does not exceed the 95th percentile (`percentile`), the rows
/// cannot tell it from luck. Errors: bad_data if there are no rows.
std::vector<double> best_by_chance(const PartAnswers& answers);

}  // namespace partwise::internal
