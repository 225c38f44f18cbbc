// The methods of Python's str, dict, list and tuple.
#pragma once

#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "jinja/object.h"
#include "jinja/value.h"

namespace partwise::internal::jinja {

using MethodTable = std::vector<std::pair<std::string_view, Function::Body>>;

/// The method, bound to the value; nullopt if Python's type has none of this name. A method that only Python has is
/// refused when it is called.
std::optional<Value> find_method(const Value& value, std::string_view name);

// The lists that find_method searches.
const MethodTable& text_methods();
const MethodTable& splitting_methods();
const MethodTable& searching_methods();

}  // namespace partwise::internal::jinja
