// The figure of a training run, as SVG.
#pragma once

#include <string>

#include "study/emergence.h"

namespace partwise::internal {

/// Accuracy over training steps: the full model, the best part, the best part by luck, the median part with a band that
/// holds nine parts in ten, and levels for chance and the control. The scale of steps is logarithmic if every
/// checkpoint has a step and the steps increase; otherwise checkpoints are evenly spaced.
std::string emergence_figure(const Emergence& emergence);

}  // namespace partwise::internal
