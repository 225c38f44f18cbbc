// Which token comes next.
#pragma once

#include <cstdint>
#include <span>

#include "base/random.h"

namespace partwise::internal {

/// Greedy, or drawn by probability.
struct Sampling {
  double temperature = 0;  // probabilities are softmax(logits / temperature); 0: the most probable token
  double top_p = 1;        // only the most probable tokens are drawn that have this probability together
  std::uint64_t seed = 0;

  bool is_greedy() const { return temperature == 0; }
};

/// Draws a token. Of tokens that are equally probable the lower id comes first. Errors: failure if a logit is NaN.
std::int32_t draw_token(std::span<const float> logits, const Sampling& sampling, Random& random);

}  // namespace partwise::internal
