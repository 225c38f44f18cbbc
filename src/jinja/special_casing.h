// Upper and title case that is several characters: "ß" becomes "SS".
#pragma once

#include <string_view>

namespace partwise::internal::jinja {

// Empty for characters whose case is one character.
std::u32string_view special_upper(char32_t character);
std::u32string_view special_title(char32_t character);

}  // namespace partwise::internal::jinja
