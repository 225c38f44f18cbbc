// Keys of GGUF files that change nothing, and older spellings.
#pragma once

#include <string>
#include <string_view>

#include "base/json_fwd.h"

namespace partwise {

/// Of an architecture's own keys, "PREFIX.*", takes out those that change nothing, by their kind or at their value, and
/// puts older spellings into today's: `rope.scale_linear`, and lists of one number for every layer. The rules are those
/// of llama.cpp, which reads all of these files. `where` names the file in errors.
/// Errors: bad_data where the two spellings of a scaling differ.
void settle_gguf_keys(Json& own, std::string_view prefix, const std::string& where);

/// The only values that "PREFIX.KEY" may have, "0 or 1", where it is known and does something at others that is not
/// computed; "" for other keys.
std::string supported_gguf_values(std::string_view key);

}  // namespace partwise
