// Which configuration keys change no result, by kinds.
#pragma once

#include <string_view>

#include "base/json_fwd.h"

namespace partwise {

/// Whether a key that no architecture asks for is of a kind that changes nothing in a pass over a prompt (the kinds:
/// docs/models.md): private keys, token ids, settings of generation, what the base configuration class of transformers
/// holds, dropouts, what acts in training, what describes the file or its tools, how a program computes, and switches
/// of additions in the position that leaves them off.
bool is_neutral_key(std::string_view key, const Json& value);

/// `is_causal: false`: tokens would see what is behind them.
bool is_not_causal(std::string_view key, const Json& value);

}  // namespace partwise
