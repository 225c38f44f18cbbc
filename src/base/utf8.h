// UTF-8: checked decoding and encoding.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace partwise::internal {

inline constexpr char32_t kReplacementCharacter = U'\uFFFD';

struct Utf8Char {
  char32_t code_point;
  std::size_t length;  // bytes taken from the text, 1 to 4
};

/// The first code point of `text`, which is not empty. nullopt if the bytes there are not valid UTF-8 (overlong forms,
/// surrogates and values above U+10FFFF are not valid).
std::optional<Utf8Char> decode_utf8(std::string_view text);

/// Appends `code_point`, which is a Unicode scalar value. Errors: internal if it is none.
void append_utf8(std::string& text, char32_t code_point);

/// The offset of the first byte that is not valid UTF-8, or npos.
std::size_t find_invalid_utf8(std::string_view text);

/// Replaces every maximal invalid subpart by U+FFFD, as Unicode recommends and Python does.
std::string replace_invalid_utf8(std::string_view text);

/// Text that cannot control a terminal or break a page: control characters and invalid UTF-8 become U+FFFD.
std::string printable(std::string_view text);

}  // namespace partwise::internal
