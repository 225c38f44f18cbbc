// UTF-8: checked decoding and encoding.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace partwise {

inline constexpr char32_t kReplacementCharacter = U'\uFFFD';

struct Utf8Char {
  char32_t code_point;
  std::size_t length;  // bytes taken from the text, 1 to 4
};

/// The code point at the front of `text` (not empty), or nothing when the bytes there are not
/// valid UTF-8 (overlong forms, surrogates and values past U+10FFFF are not).
std::optional<Utf8Char> decode_utf8(std::string_view text);

void append_utf8(std::string& text, char32_t code_point);

/// The offset of the first byte that is not valid UTF-8, or npos.
std::size_t find_invalid_utf8(std::string_view text);

/// Every maximal invalid subpart becomes U+FFFD (the Unicode recommendation, as Python does).
std::string replace_invalid_utf8(std::string_view text);

/// Text that cannot steer a terminal or break a page: control characters and invalid UTF-8 become U+FFFD.
std::string printable(std::string_view text);

}  // namespace partwise
