// The tests that templates may use: `value is name(arguments)`.
#pragma once

#include <string_view>

#include "jinja/object.h"
#include "jinja/value.h"

namespace partwise::internal::jinja {

using TestFunction = bool (*)(const Value& input, const Arguments& arguments);

/// nullptr if there is no such test in jinja2. Errors: bad_data for those that only jinja2 has.
TestFunction find_test(std::string_view name);
[[noreturn]] void fail_without_test(std::string_view name);

}  // namespace partwise::internal::jinja
