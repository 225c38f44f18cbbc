// What the model would answer from the parts up to a layer.
#pragma once

#include <cstdint>
#include <vector>

#include "analysis/analysis.h"

namespace partwise::internal {

/// The accuracy of the sum of all parts' logits up to a depth: what is outside the components (embedding and all
/// biases), and every component so far. The final norm keeps the full model's scale, so this is a sum of direct
/// effects. It is not a logit lens, which would give the norm each depth's own scale.
struct Depth {
  std::int64_t layer = -1;  // the last layer in the sum; -1: only what is outside the components
  bool with_mlp = false;    // whether the sum has this layer's MLP, or only its heads
  Proportion accuracy;
};

/// The first depth is what is outside the components; two per layer follow, and the last is the full model. The labels
/// of `rows` must be known. Errors: bad_data if there are no rows.
std::vector<Depth> early_decoding(const Run& run, const std::vector<std::int64_t>& rows);

}  // namespace partwise::internal
