// Kinds of characters that the options of added tokens need.
#pragma once

#include <cstddef>
#include <string_view>

namespace partwise::internal {

/// Unicode's White_Space.
bool is_white_space(char32_t code_point);
/// \w of Unicode's regular expressions (Technical Standard 18): letters, marks, decimal digits, connectors.
bool is_word_character(char32_t code_point);

/// The number of bytes of white space at the beginning, or at the end, of valid UTF-8.
std::size_t leading_white_space(std::string_view text);
std::size_t trailing_white_space(std::string_view text);

/// Whether valid UTF-8 begins, or ends, with a word character.
bool begins_with_word(std::string_view text);
bool ends_with_word(std::string_view text);

}  // namespace partwise::internal
