// The names of JSON types, for headers that only pass JSON on: the full header takes a second to compile.
#pragma once

#include <nlohmann/json_fwd.hpp>

namespace partwise::internal {

using Json = nlohmann::json;
/// JSON that we write: keys keep the order in which they were added.
using OrderedJson = nlohmann::ordered_json;

}  // namespace partwise::internal
