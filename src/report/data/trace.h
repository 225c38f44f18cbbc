// A traced text as JSON.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/json_fwd.h"
#include "session/traced_texts.h"

namespace partwise::internal {

/// The row of one text: ids, text, steps, and why it ended. Each step also has the `n_parts` parts that push most.
OrderedJson traced_json(const TracedTexts& traced, std::size_t text, std::int64_t n_parts);

/// A part of a step's margin.
struct Push {
  std::string part;  // "L5H3", "embedding", "biases"
  double value;
};
/// All parts of the margin over a label, those that push most first.
std::vector<Push> pushes_of(const TracedTexts& traced, std::int64_t step, std::int64_t rival);

}  // namespace partwise::internal
