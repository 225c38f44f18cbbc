// Keys of GGUF files that change nothing, and older spellings.
#pragma once

#include <string>
#include <string_view>

#include "base/json.h"

namespace partwise {

/// Of an architecture's own keys, "PREFIX.*", takes out those that change nothing, by their kind or at their value, and
/// puts older spellings into today's: `rope.scale_linear`, and lists of one number for every layer. The rules are those
/// of llama.cpp, which reads all of these files. `where` names the file in errors.
/// Errors: bad_data where the two spellings of a scaling differ.
void settle_gguf_keys(Json& own, std::string_view prefix, const std::string& where);

}  // namespace partwise
