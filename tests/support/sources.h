// Prompts whose heads can be split by source.
#pragma once

#include <cstdint>
#include <vector>

#include "decompose/options.h"

namespace partwise::internal::test {

/// Token i of a prompt belongs to source i modulo 3.
inline std::vector<PromptIds> with_sources(std::vector<PromptIds> prompts) {
  for (PromptIds& prompt : prompts)
    for (std::size_t i = 0; i < prompt.ids.size(); ++i) prompt.sources.push_back(static_cast<std::int32_t>(i % 3));
  return prompts;
}

}  // namespace partwise::internal::test
