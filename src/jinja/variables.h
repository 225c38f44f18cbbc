// The variables that a template gets.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/json_fwd.h"
#include "jinja/value.h"

namespace partwise::internal::jinja {

using Variables = std::vector<std::pair<std::string, Value>>;

/// JSON as a value; keys keep their order. Errors: bad_data for integers past 64 bits, and for what nests too deep.
Value value_of_json(const OrderedJson& json);

/// The value of a variable; nullptr if there is none.
const Value* find(const Variables& variables, std::string_view name);
/// Adds the variable, or changes it.
void set(Variables& variables, std::string_view name, Value value);

}  // namespace partwise::internal::jinja
