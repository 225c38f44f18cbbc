// What the model would answer from the parts up to a layer.
#pragma once

#include <cstdint>
#include <vector>

#include "analysis/analysis.h"

namespace partwise {

/// Accuracy of the logits that all parts up to a depth sum to: what is outside of the components (embedding and all
/// biases), and every component below. The final norm stays at the full model's scale, so this is a sum of direct
/// effects, and no logit lens, which would norm each depth by its own scale.
struct Depth {
  std::int64_t layer = -1;  // -1: nothing but what is outside of the components
  bool with_mlp = false;    // of the layer its heads, or its MLP as well
  Proportion accuracy;
};

/// From the embedding on, two depths a layer; the last is the full model. Over `rows`, whose labels are known. Errors:
/// bad_data where there are none.
std::vector<Depth> early_decoding(const Run& run, const std::vector<std::int64_t>& rows);

}  // namespace partwise
