// Escapes in the strings of templates, which are Python's.
#pragma once

#include <string>
#include <string_view>

namespace partwise::internal::jinja {

/// Errors: bad_data, with the line.
std::string unescape(std::string_view text, int line);

}  // namespace partwise::internal::jinja
