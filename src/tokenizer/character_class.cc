#include "tokenizer/character_class.h"

#include <utf8proc.h>

#include "base/utf8.h"

namespace partwise::internal {

namespace {

bool is_between(char32_t first, char32_t code_point, char32_t last) {
  return first <= code_point && code_point <= last;
}

/// Letters in circles and squares are symbols by category and letters by use (Other_Alphabetic).
bool is_enclosed_letter(char32_t code_point) {
  return is_between(0x24b6, code_point, 0x24e9) || is_between(0x1f130, code_point, 0x1f149) ||
         is_between(0x1f150, code_point, 0x1f169) || is_between(0x1f170, code_point, 0x1f189);
}

std::string_view last_character(std::string_view text) {
  std::size_t begin = text.size() - 1;
  while (begin > 0 && (static_cast<unsigned char>(text[begin]) & 0xc0) == 0x80) --begin;
  return text.substr(begin);
}

}  // namespace

bool is_white_space(char32_t code_point) {
  return is_between(0x09, code_point, 0x0d) || code_point == 0x20 || code_point == 0x85 || code_point == 0xa0 ||
         code_point == 0x1680 || is_between(0x2000, code_point, 0x200a) || code_point == 0x2028 ||
         code_point == 0x2029 || code_point == 0x202f || code_point == 0x205f || code_point == 0x3000;
}

bool is_word_character(char32_t code_point) {
  constexpr char32_t kZeroWidthNonJoiner = 0x200c, kZeroWidthJoiner = 0x200d;
  switch (utf8proc_category(static_cast<utf8proc_int32_t>(code_point))) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ME:
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_NL:
    case UTF8PROC_CATEGORY_PC:
      return true;
    default:
      return code_point == kZeroWidthNonJoiner || code_point == kZeroWidthJoiner || is_enclosed_letter(code_point);
  }
}

std::size_t leading_white_space(std::string_view text) {
  std::size_t length = 0;
  while (length < text.size()) {
    const auto character = decode_utf8(text.substr(length));
    if (!character || !is_white_space(character->code_point)) break;
    length += character->length;
  }
  return length;
}

std::size_t trailing_white_space(std::string_view text) {
  std::size_t length = 0;
  while (length < text.size()) {
    const std::string_view last = last_character(text.substr(0, text.size() - length));
    const auto character = decode_utf8(last);
    if (!character || !is_white_space(character->code_point)) break;
    length += last.size();
  }
  return length;
}

bool begins_with_word(std::string_view text) {
  if (text.empty()) return false;
  const auto character = decode_utf8(text);
  return character && is_word_character(character->code_point);
}

bool ends_with_word(std::string_view text) { return !text.empty() && begins_with_word(last_character(text)); }

}  // namespace partwise::internal
