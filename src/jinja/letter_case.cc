// Upper and lower case of texts, as Python's str has it.
#include <utf8proc.h>

#include "base/utf8.h"
#include "jinja/code_points.h"
#include "jinja/special_casing.h"

namespace partwise::internal::jinja {

namespace {

constexpr char32_t kCapitalSigma = 0x3A3, kSmallSigma = 0x3C3, kFinalSigma = 0x3C2, kDottedCapitalI = 0x130;

char32_t mapped(utf8proc_int32_t (*map)(utf8proc_int32_t), char32_t character) {
  return static_cast<char32_t>(map(static_cast<utf8proc_int32_t>(character)));
}

void add_upper(std::u32string& to, char32_t character) {
  const std::u32string_view special = special_upper(character);
  if (special.empty()) {
    to += mapped(utf8proc_toupper, character);
  } else {
    to += special;
  }
}

void add_title(std::u32string& to, char32_t character) {
  const std::u32string_view special = special_title(character);
  if (special.empty()) {
    to += mapped(utf8proc_totitle, character);
  } else {
    to += special;
  }
}

/// Characters that the rule of the final sigma looks past: apostrophes, full stops, accents.
bool is_case_ignorable(char32_t character) {
  switch (utf8proc_category(static_cast<utf8proc_int32_t>(character))) {
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_ME:
    case UTF8PROC_CATEGORY_CF:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_SK:
      return true;
    default:
      return std::u32string_view(U"'.:\u00B7\u2018\u2019\u2024\u2027").find(character) != std::u32string::npos;
  }
}

/// Whether the capital sigma at `at` ends a word.
bool is_final_sigma(std::u32string_view text, std::size_t at) {
  std::size_t before = at, after = at + 1;
  while (before > 0 && is_case_ignorable(text[before - 1])) --before;
  while (after < text.size() && is_case_ignorable(text[after])) ++after;
  return before > 0 && is_cased(text[before - 1]) && (after == text.size() || !is_cased(text[after]));
}

void add_lower(std::u32string& to, std::u32string_view text, std::size_t at) {
  if (text[at] == kDottedCapitalI) {
    to += U"i\u0307";
  } else if (text[at] == kCapitalSigma) {
    to += is_final_sigma(text, at) ? kFinalSigma : kSmallSigma;
  } else {
    to += mapped(utf8proc_tolower, text[at]);
  }
}

}  // namespace

std::string upper(std::string_view text) {
  std::u32string made;
  for (char32_t character : decode(text)) add_upper(made, character);
  return encode(made);
}

std::string lower(std::string_view text) {
  const std::u32string characters = decode(text);
  std::u32string made;
  for (std::size_t i = 0; i < characters.size(); ++i) add_lower(made, characters, i);
  return encode(made);
}

std::string title(std::string_view text) {
  const std::u32string characters = decode(text);
  std::u32string made;
  bool in_word = false;
  for (std::size_t i = 0; i < characters.size(); ++i) {
    if (in_word) {
      add_lower(made, characters, i);
    } else {
      add_title(made, characters[i]);
    }
    in_word = is_cased(characters[i]);
  }
  return encode(made);
}

std::string capitalize(std::string_view text) {
  const std::u32string characters = decode(text);
  std::u32string made;
  for (std::size_t i = 0; i < characters.size(); ++i) {
    if (i == 0) {
      add_title(made, characters[i]);
    } else {
      add_lower(made, characters, i);
    }
  }
  return encode(made);
}

std::string swap_case(std::string_view text) {
  const std::u32string characters = decode(text);
  std::u32string made;
  for (std::size_t i = 0; i < characters.size(); ++i) {
    if (is_upper(characters[i])) {
      add_lower(made, characters, i);
    } else {
      add_upper(made, characters[i]);
    }
  }
  return encode(made);
}

}  // namespace partwise::internal::jinja
