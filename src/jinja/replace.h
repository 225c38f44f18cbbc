// Python's str methods that filters use as well.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace partwise::internal::jinja {

/// str.replace: the first `count` places, all if it is negative. An empty `old` is found between all characters.
std::string replaced(std::string_view text, std::string_view old, std::string_view with, std::int64_t count);

/// str.center.
std::string centered(std::string_view text, std::int64_t width, std::string_view fill);

}  // namespace partwise::internal::jinja
