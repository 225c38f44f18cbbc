// The functions that every template has: range, namespace, dict, raise_exception, strftime_now, ...
#pragma once

#include <string_view>

#include "jinja/value.h"

namespace partwise::internal::jinja {

/// nullptr if there is none of this name.
const Value* find_global(std::string_view name);

}  // namespace partwise::internal::jinja
