// Kinds of configuration keys that change no result.
#pragma once

#include <string_view>

#include "base/json_fwd.h"

namespace partwise::internal {

/// Whether a key that no architecture asks for is of a kind that changes nothing in a pass over a prompt (the kinds:
/// docs/models.md): private keys, token ids, settings of generation, what the base configuration class of transformers
/// holds, dropouts, what matters only in training, what describes the file or its tools, how a program computes, and
/// switches of additions that are off.
bool is_neutral_key(std::string_view key, const Json& value);

/// Whether this is `is_causal: false`: tokens would see the tokens after them.
bool is_not_causal(std::string_view key, const Json& value);

}  // namespace partwise::internal
