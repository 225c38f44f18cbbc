// Which experts each row goes through.
#pragma once

#include <cstdint>
#include <vector>

#include "model/config.h"
#include "ops/backend.h"

namespace partwise::internal {

/// The rows that each expert is chosen by, in ascending order, and by which weight.  [n_experts]
using Routes = std::vector<std::vector<WeightedRow>>;

/// With p = softmax(logits of a row), in double: the experts with the largest logits are chosen, the lower one if two
/// are equal; their weights are p, or p divided by its sum over the chosen ones.  logits [n, n_experts]
Routes find_routes(ConstMatrix logits, const ExpertsConfig& experts);

}  // namespace partwise::internal
