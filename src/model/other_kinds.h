// Architectures that are no decoders of the kind that is computed here.
#pragma once

#include <string_view>

namespace partwise {

/// What a model of this type is, behind "architecture 'x' is not supported": ": an encoder, ..."; empty where it is not
/// known. Types as config.json and GGUF files spell them.
std::string_view other_kind(std::string_view type);

}  // namespace partwise
