#include "tokenizer/pattern_dialect.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "base/error.h"
#include "base/utf8.h"

namespace partwise::internal {

namespace {

class Translator {
 public:
  explicit Translator(std::string_view expression) : expression_(expression), rest_(expression) {}

  std::string translate() {
    while (!rest_.empty()) one_construct();
    return std::move(translated_);
  }

 private:
  void one_construct();
  void escape();
  void property();
  void group();
  void character_class();
  void class_member();
  void repetition_count();

  bool at(std::string_view prefix) const { return rest_.starts_with(prefix); }
  void copy(std::size_t n) {
    translated_ += rest_.substr(0, n);
    rest_.remove_prefix(n);
  }
  [[noreturn]] void refuse(std::string_view construct) const {
    throw Error(ErrorCode::bad_data, fmt::format("regular expression \"{}\": {} at byte {} is not supported",
                                                 expression_, construct, expression_.size() - rest_.size()));
  }

  std::string_view expression_, rest_;
  std::string translated_;
};

void Translator::one_construct() {
  switch (rest_[0]) {
    case '\\':
      return escape();
    case '(':
      return group();
    case '[':
      return character_class();
    case '{':
      return repetition_count();
    case '^':
    case '$':
    case '.':
      refuse(fmt::format("'{}'", rest_[0]));
    default:
      copy(1);
  }
}

void Translator::escape() {
  if (at("\\p{") || at("\\P{")) return property();
  const char letter = rest_.size() > 1 ? rest_[1] : '\0';
  if (letter == 's' || letter == 'S') {
    translated_ += letter == 's' ? "\\p{White_Space}" : "\\P{White_Space}";
    rest_.remove_prefix(2);
  } else if (std::string_view("dDrntf").find(letter) != std::string_view::npos ||
             std::ispunct(static_cast<unsigned char>(letter))) {
    copy(2);
  } else {
    refuse(fmt::format("'{}'", replace_invalid_utf8(rest_.substr(0, 2))));
  }
}

void Translator::property() {
  std::size_t end = rest_.find('}');
  std::string_view name = rest_.substr(3, end == std::string_view::npos ? end : end - 3);
  bool plain = !name.empty() &&
               std::all_of(name.begin(), name.end(), [](unsigned char c) { return std::isalpha(c) || c == '_'; });
  if (end == std::string_view::npos || !plain) refuse("a property of this form");
  copy(end + 1);
}

void Translator::group() {
  constexpr std::array<std::string_view, 7> kKnown = {"(?:", "(?i:", "(?=", "(?!", "(?<=", "(?<!", "(?>"};
  for (std::string_view opening : kKnown) {
    if (at(opening)) return copy(opening.size());
  }
  if (at("(?") || at("(*")) refuse(fmt::format("a group that begins '{}'", replace_invalid_utf8(rest_.substr(0, 3))));
  copy(1);
}

void Translator::character_class() {
  copy(at("[^") ? 2 : 1);
  if (at("]")) refuse("']' as the first character of a class");
  while (!at("]")) {
    if (rest_.empty()) refuse("a class without an end");
    class_member();
  }
  copy(1);
}

void Translator::class_member() {
  if (at("[")) refuse("a class inside a class");
  if (at("&&")) refuse("'&&' in a class");
  if (at("\\")) return escape();
  copy(1);
}

/// {n}, {n,} or {n,m}.
void Translator::repetition_count() {
  const auto digits_from = [this](std::size_t i) {
    while (i < rest_.size() && std::isdigit(static_cast<unsigned char>(rest_[i]))) ++i;
    return i;
  };
  std::size_t end = digits_from(1);
  if (end == 1) refuse("'{' without a number");
  if (end < rest_.size() && rest_[end] == ',') end = digits_from(end + 1);
  if (end >= rest_.size() || rest_[end] != '}') refuse("'{' of this form");
  copy(end + 1);
  if (at("+") || at("?")) refuse(fmt::format("'{}' after '}}'", rest_[0]));
}

}  // namespace

std::string to_pcre2_dialect(std::string_view expression) { return Translator(expression).translate(); }

}  // namespace partwise::internal
