// The figure of a training run, as SVG.
#pragma once

#include <string>

#include "study/emergence.h"

namespace partwise {

/// Accuracy over step: the full model, the best part, the best by luck, the middle part with the band of nine in ten
/// parts; chance and the control are lines, too. Steps are on a logarithmic scale where each checkpoint has one that
/// exceeds the one before, else checkpoints are evenly spaced.
std::string emergence_figure(const Emergence& emergence);

}  // namespace partwise
