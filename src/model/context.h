// Why a model takes no longer prompts.
#pragma once

#include <string>

#include "model/config.h"

namespace partwise::internal {

/// What is to be added to the advice on a prompt that is longer than the context; "" if there is nothing to add.
inline std::string why_context_ends(const ModelConfig& c) {
  return c.rope.type == "longrope" ? "; LongRoPE rotates longer prompts by other angles, which is not supported" : "";
}

}  // namespace partwise::internal
