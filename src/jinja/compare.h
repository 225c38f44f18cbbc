// Python's ==, < and `in`.
#pragma once

#include <string_view>

#include "jinja/value.h"

namespace partwise::internal::jinja {

bool equal(const Value& a, const Value& b);
/// a < b. `sign` is the operator's, for errors: "<", ">=". Errors: bad_data for types without an order.
bool less(const Value& a, const Value& b, std::string_view sign = "<");
bool less_or_equal(const Value& a, const Value& b, std::string_view sign = "<=");
/// `item in whole`. Errors: bad_data if `whole` holds nothing, or cannot hold such an item.
bool contains(const Value& whole, const Value& item);

}  // namespace partwise::internal::jinja
