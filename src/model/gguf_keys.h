// Keys of GGUF files that change nothing, and older spellings.
#pragma once

#include <string>
#include <string_view>

#include "base/json_fwd.h"

namespace partwise::internal {

/// Works on an architecture's own keys, "PREFIX.*". Removes those that change nothing, because of their kind or their
/// value. Rewrites older spellings: `rope.scale_linear`, and lists that repeat one number for every layer. The rules
/// are those of llama.cpp, which reads all of these files. `where` names the file in errors.
/// Errors: bad_data if the two spellings of a scaling differ.
void settle_gguf_keys(Json& own, std::string_view prefix, const std::string& where);

/// The values that "PREFIX.KEY" may have ("0 or 1"), if the key is known and would do something that is not computed at
/// other values; "" for all other keys.
std::string supported_gguf_values(std::string_view key);

}  // namespace partwise::internal
