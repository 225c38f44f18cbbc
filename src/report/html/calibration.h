// How far the probabilities of answers can be trusted, as figures of a page.
#pragma once

#include <span>
#include <string>

#include "analysis/calibration.h"

namespace partwise::internal {

/// A reliability diagram and the accuracy of the surest answers, side by side: figures `number` and `number` + 1.
/// `answers` must have one.
std::string calibration_figures(int number, std::span<const SureAnswer> answers);

}  // namespace partwise::internal
