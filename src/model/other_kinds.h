// Architectures of other kinds than those that are computed here.
#pragma once

#include <string_view>

namespace partwise::internal {

/// What a model of this type is: ": an encoder, ...", to be written after "architecture 'x' is not supported". Empty if
/// the type is not known. Types are spelled as in config.json and GGUF files.
std::string_view other_kind(std::string_view type);

}  // namespace partwise::internal
