// Texts as Python sees them: sequences of code points. All texts here are valid UTF-8.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace partwise::internal::jinja {

/// Bytes of the character that begins with this byte.
std::size_t character_size(char first);
/// The number of code points.
std::size_t length(std::string_view text);
std::u32string decode(std::string_view text);
std::string encode(std::u32string_view characters);
std::string encode(char32_t character);

/// str.isspace for one character.
bool is_space(char32_t character);
bool is_letter(char32_t character);
/// Whether it has a case: upper, lower or title.
bool is_cased(char32_t character);
bool is_upper(char32_t character);
bool is_lower(char32_t character);
bool is_decimal(char32_t character);
/// Whether it is a number of another kind: "²", "½", "Ⅷ".
bool is_other_number(char32_t character);

enum class Side { both, left, right };
/// Without the characters in `removed` at its ends; nullptr: without white space.
std::string_view strip(std::string_view text, Side side, const std::string* removed = nullptr);

std::string upper(std::string_view text);
std::string lower(std::string_view text);
/// str.title(): every run of letters is a word.
std::string title(std::string_view text);
/// str.capitalize().
std::string capitalize(std::string_view text);
std::string swap_case(std::string_view text);

/// str.splitlines(): Python counts eleven kinds of line ends.
std::vector<std::string> split_lines(std::string_view text, bool keep_ends);

}  // namespace partwise::internal::jinja
