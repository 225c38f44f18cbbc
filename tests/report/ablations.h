// Made-up results of leaving parts out.
#pragma once

#include "session/ablate.h"

namespace partwise::internal::test {

/// L0H0 and L0MLP left out of a model that answers three of four rows correctly.
inline Ablations two_ablations() {
  Ablations found;
  found.analysis.full = wilson(3, 4);
  found.analysis.components.resize(2);
  found.analysis.components[0].component = {0, 0};
  found.analysis.components[1].component = {0, -1};
  found.effects = {{1, 0.5, 0.25, 1.5, 0.25, {0.5, -0.125, 0.75}, 0.5}, {0, 0.25, -1, 0, 0.75, {0, -0.25, 0.25}, 0}};
  return found;
}

}  // namespace partwise::internal::test
