#include "jinja/code_points.h"

#include <utf8proc.h>

#include <algorithm>

#include "base/utf8.h"

namespace partwise::internal::jinja {

namespace {

utf8proc_category_t category(char32_t character) { return utf8proc_category(static_cast<utf8proc_int32_t>(character)); }

bool is_line_end(char32_t character) {
  return (character >= 0x0A && character <= 0x0D) || (character >= 0x1C && character <= 0x1E) || character == 0x85 ||
         character == 0x2028 || character == 0x2029;
}

bool is_stripped(char32_t character, const std::u32string* removed) {
  return removed == nullptr ? is_space(character) : removed->find(character) != std::u32string::npos;
}

Utf8Char first_character(std::string_view text) { return *decode_utf8(text); }

/// Where the last character begins.
std::size_t last_begin(std::string_view text) {
  std::size_t at = text.size() - 1;
  while (at > 0 && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80) --at;
  return at;
}

}  // namespace

std::size_t character_size(char first) {
  const auto byte = static_cast<unsigned char>(first);
  return byte < 0x80 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
}

std::size_t length(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

std::u32string decode(std::string_view text) {
  std::u32string characters;
  for (std::size_t at = 0; at < text.size();) {
    const Utf8Char next = first_character(text.substr(at));
    characters += next.code_point;
    at += next.length;
  }
  return characters;
}

std::string encode(std::u32string_view characters) {
  std::string text;
  for (char32_t character : characters) append_utf8(text, character);
  return text;
}

std::string encode(char32_t character) { return encode(std::u32string_view(&character, 1)); }

bool is_space(char32_t c) {
  return (c >= 0x09 && c <= 0x0D) || (c >= 0x1C && c <= 0x20) || c == 0x85 || c == 0xA0 || c == 0x1680 ||
         (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000;
}

bool is_letter(char32_t character) {
  const auto kind = category(character);
  return kind >= UTF8PROC_CATEGORY_LU && kind <= UTF8PROC_CATEGORY_LO;
}

bool is_upper(char32_t character) { return utf8proc_isupper(static_cast<utf8proc_int32_t>(character)) != 0; }

bool is_lower(char32_t character) { return utf8proc_islower(static_cast<utf8proc_int32_t>(character)) != 0; }

bool is_cased(char32_t character) {
  return is_upper(character) || is_lower(character) || category(character) == UTF8PROC_CATEGORY_LT;
}

bool is_decimal(char32_t character) { return category(character) == UTF8PROC_CATEGORY_ND; }

bool is_other_number(char32_t character) {
  return category(character) == UTF8PROC_CATEGORY_NO || category(character) == UTF8PROC_CATEGORY_NL;
}

std::string_view strip(std::string_view text, Side side, const std::string* removed) {
  const std::u32string set = removed == nullptr ? std::u32string() : decode(*removed);
  const std::u32string* which = removed == nullptr ? nullptr : &set;
  while (side != Side::right && !text.empty() && is_stripped(first_character(text).code_point, which))
    text.remove_prefix(first_character(text).length);
  while (side != Side::left && !text.empty()) {
    const std::size_t at = last_begin(text);
    if (!is_stripped(first_character(text.substr(at)).code_point, which)) break;
    text = text.substr(0, at);
  }
  return text;
}

std::vector<std::string> split_lines(std::string_view text, bool keep_ends) {
  std::vector<std::string> lines;
  for (std::size_t begin = 0, at = 0; begin < text.size(); begin = at) {
    std::size_t end = begin;
    while (end < text.size() && !is_line_end(first_character(text.substr(end)).code_point))
      end += character_size(text[end]);
    at = end < text.size() ? end + character_size(text[end]) : end;
    if (text.substr(end, 2) == "\r\n") ++at;
    lines.emplace_back(text.substr(begin, (keep_ends ? at : end) - begin));
  }
  return lines;
}

}  // namespace partwise::internal::jinja
