// In which prompts an example is a demonstration.
#pragma once

#include <cstddef>
#include <cstdint>

#include "decompose/contributions.h"

namespace partwise::internal {

/// The prompt set in whose prompts the example is a demonstration; 0 if there is none.
inline std::int32_t shown_in(const Contributions& parts, std::int64_t example) {
  return parts.demonstration_of.empty() ? 0 : parts.demonstration_of[static_cast<std::size_t>(example)];
}

}  // namespace partwise::internal
