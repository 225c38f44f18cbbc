// The names of JSON values, for headers that only pass them on: the whole of JSON takes a second to compile.
#pragma once

#include <nlohmann/json_fwd.hpp>

namespace partwise {

using Json = nlohmann::json;
/// JSON that we write: keys in the order in which they were put.
using OrderedJson = nlohmann::ordered_json;

}  // namespace partwise
