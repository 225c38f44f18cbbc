// How good the answers to unlabelled rows will be, from labelled rows that were held out.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "analysis/analysis.h"
#include "analysis/calibration.h"
#include "analysis/cross_validation.h"

namespace partwise::internal {

std::vector<SureAnswer> sure_answers(std::span<const HeldOut> rows);

/// The share of right answers, with a 95 % interval for the share among `n_asked` other rows: that of Wilson for as
/// many rows as give the variance of both samples together, 1 / (1 / n + 1 / n_asked).
Proportion estimated_accuracy(std::span<const HeldOut> rows, std::int64_t n_asked);

}  // namespace partwise::internal
