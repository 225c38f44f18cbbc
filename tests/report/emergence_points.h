// Made-up checkpoints of a training run.
#pragma once

#include <cstdint>
#include <string>

#include "study/emergence.h"

namespace partwise::internal::test {

/// Eight rows and three parts; `best` is the best part.
inline EmergencePoint point(std::int64_t step, std::int64_t hits, double best) {
  EmergencePoint p;
  p.checkpoint = "step" + std::to_string(step);
  p.step = step;
  p.full = wilson(hits, 8);
  p.chance = 0.25;
  p.accuracies = {0.25, best, 0.125};
  p.best = {0, 1};
  p.best_accuracy = best;
  p.best_by_chance = 0.375;
  p.quantiles = {0.125, 0.1875, 0.25, 0.375, 0.5};
  return p;
}

/// Two steps, and a control whose full model is worse than that of the first step.
inline Emergence two_steps_and_control() {
  EmergencePoint control = point(0, 1, 0.5);
  control.checkpoint = kControlName;
  control.step.reset();
  return emergence({point(0, 2, 0.25), point(3, 7, 0.75)}, control);
}

}  // namespace partwise::internal::test
