// A traced text as a table for a terminal.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "session/traced_texts.h"

namespace partwise::internal {

/// A line for each token: its probability, its margin over its runner-up, and the `n_parts` parts that push most for it
/// and against it. The table is folded at `width` (text_table.h).
std::string traced_table(const TracedTexts& traced, std::size_t text, std::int64_t n_parts, bool colour,
                         std::size_t width = 0);

}  // namespace partwise::internal
