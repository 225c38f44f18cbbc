#include "base/utf8.h"

#include "base/error.h"

namespace partwise::internal {

namespace {

/// The bytes at the front of a text: a character, or the longest valid beginning of a broken one.
struct Front {
  bool valid;
  Utf8Char character;
};

struct Lead {
  std::size_t length;          // of the whole sequence; 0 for a byte that starts none
  unsigned char low, high;     // range of the second byte; others are overlong, a surrogate or past U+10FFFF
  unsigned char payload_mask;  // bits of the lead byte that count
};

Lead lead_of(unsigned char byte) {
  if (byte < 0x80) return {1, 0, 0, 0x7f};
  if (byte < 0xc2) return {0, 0, 0, 0};
  if (byte < 0xe0) return {2, 0x80, 0xbf, 0x1f};
  if (byte < 0xf0) {
    return {3, static_cast<unsigned char>(byte == 0xe0 ? 0xa0 : 0x80),
            static_cast<unsigned char>(byte == 0xed ? 0x9f : 0xbf), 0x0f};
  }
  if (byte < 0xf5) {
    return {4, static_cast<unsigned char>(byte == 0xf0 ? 0x90 : 0x80),
            static_cast<unsigned char>(byte == 0xf4 ? 0x8f : 0xbf), 0x07};
  }
  return {0, 0, 0, 0};
}

Front read_front(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const Lead lead = lead_of(byte(0));
  if (lead.length == 0) return {false, {0, 1}};
  char32_t code_point = byte(0) & lead.payload_mask;
  for (std::size_t i = 1; i < lead.length; ++i) {
    unsigned char low = i == 1 ? lead.low : 0x80, high = i == 1 ? lead.high : 0xbf;
    if (i >= text.size() || byte(i) < low || byte(i) > high) return {false, {0, i}};
    code_point = code_point << 6 | (byte(i) & 0x3fu);
  }
  return {true, {code_point, lead.length}};
}

// C0 with newline and tab, DEL and C1.
bool is_control(char32_t c) { return c < 0x20 || (c >= 0x7f && c < 0xa0); }

}  // namespace

std::optional<Utf8Char> decode_utf8(std::string_view text) {
  Front front = read_front(text);
  if (!front.valid) return std::nullopt;
  return front.character;
}

void append_utf8(std::string& text, char32_t c) {
  check_internal(c <= 0x10ffff && (c < 0xd800 || c > 0xdfff), "only Unicode scalar values are encoded");
  const auto continuation = [&](int shift) { text += static_cast<char>(0x80 | (c >> shift & 0x3f)); };
  if (c < 0x80) {
    text += static_cast<char>(c);
  } else if (c < 0x800) {
    text += static_cast<char>(0xc0 | c >> 6);
    continuation(0);
  } else if (c < 0x10000) {
    text += static_cast<char>(0xe0 | c >> 12);
    continuation(6);
    continuation(0);
  } else {
    text += static_cast<char>(0xf0 | c >> 18);
    continuation(12);
    continuation(6);
    continuation(0);
  }
}

std::size_t find_invalid_utf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    Front front = read_front(text.substr(at));
    if (!front.valid) return at;
    at += front.character.length;
  }
  return std::string_view::npos;
}

std::string replace_invalid_utf8(std::string_view text) {
  std::string valid;
  for (std::size_t at = 0; at < text.size();) {
    Front front = read_front(text.substr(at));
    if (front.valid) {
      valid += text.substr(at, front.character.length);
    } else {
      append_utf8(valid, kReplacementCharacter);
    }
    at += front.character.length;
  }
  return valid;
}

std::string printable(std::string_view text) {
  const std::string valid = replace_invalid_utf8(text);
  std::string safe;
  for (std::string_view rest = valid; !rest.empty();) {
    const auto [code_point, length] = *decode_utf8(rest);
    append_utf8(safe, is_control(code_point) ? kReplacementCharacter : code_point);
    rest.remove_prefix(length);
  }
  return safe;
}

}  // namespace partwise::internal
