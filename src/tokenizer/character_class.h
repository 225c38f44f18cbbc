// Kinds of characters that options of added tokens ask for.
#pragma once

#include <cstddef>
#include <string_view>

namespace partwise {

/// Unicode's White_Space.
bool is_white_space(char32_t code_point);
/// \w of Unicode's regular expressions (Technical Standard 18): letters, marks, decimal digits, connectors.
bool is_word_character(char32_t code_point);

/// How many bytes of white space valid UTF-8 begins, or ends, with.
std::size_t leading_white_space(std::string_view text);
std::size_t trailing_white_space(std::string_view text);

/// Whether valid UTF-8 begins, or ends, with a character of a word.
bool begins_with_word(std::string_view text);
bool ends_with_word(std::string_view text);

}  // namespace partwise
