// What a dot and brackets find.
#pragma once

#include <optional>
#include <string_view>

#include "jinja/value.h"

namespace partwise::internal::jinja {

/// value.name: methods go before keys. Undefined if there is neither. Errors: bad_data for an attribute of an undefined
/// value, and for attributes that Python has and we do not.
Value attribute(const Value& value, std::string_view name);
/// value[key]: keys go before methods.
Value item(const Value& value, const Value& key);
/// value[start:stop:step]; parts that are None are left out.
Value slice(const Value& value, const Value& start, const Value& stop, const Value& step);
/// A method, or an attribute of an object; nullopt if Python's getattr would find nothing.
std::optional<Value> own_attribute(const Value& value, std::string_view name);

}  // namespace partwise::internal::jinja
