#include "jinja/unescape.h"

#include <fmt/format.h>

#include <optional>

#include "jinja/code_points.h"
#include "jinja/failure.h"

namespace partwise::internal::jinja {

namespace {

std::optional<std::string_view> simple_escape(char letter) {
  switch (letter) {
    case '\n':
      return "";
    case '\\':
      return "\\";
    case '\'':
      return "'";
    case '"':
      return "\"";
    case 'a':
      return "\a";
    case 'b':
      return "\b";
    case 'f':
      return "\f";
    case 'n':
      return "\n";
    case 'r':
      return "\r";
    case 't':
      return "\t";
    case 'v':
      return "\v";
    default:
      return std::nullopt;
  }
}

int digit_of(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : 16;
}

class Unescaper {
 public:
  Unescaper(std::string_view text, int line) : rest_(text), line_(line) {}

  std::string run() {
    while (!rest_.empty()) {
      const std::size_t mark = std::min(rest_.find('\\'), rest_.size());
      out_ += rest_.substr(0, mark);
      rest_.remove_prefix(mark);
      if (!rest_.empty()) take_escape();
    }
    return std::move(out_);
  }

 private:
  void take_escape() {
    if (rest_.size() < 2) fail_at(line_, "a string ends with a backslash");
    const char letter = rest_[1];
    if (static_cast<unsigned char>(letter) >= 0x80)
      fail_at(line_, "a backslash before a character that is not ASCII is not supported");
    if (letter == 'N') fail_at(line_, "'\\N' in a string is not supported");
    const int n_digits = letter == 'x' ? 2 : letter == 'u' ? 4 : letter == 'U' ? 8 : 0;
    if (n_digits > 0) return take_number(2, n_digits, 16, n_digits);
    if (letter >= '0' && letter <= '7') return take_number(1, 3, 8, 1);
    const auto simple = simple_escape(letter);
    out_ += simple ? *simple : rest_.substr(0, 2);
    rest_.remove_prefix(2);
  }

  /// Up to `most` digits after `begin` bytes.
  void take_number(std::size_t begin, int most, int base, int least) {
    rest_.remove_prefix(begin);
    std::uint32_t number = 0;
    int n = 0;
    for (; n < most && !rest_.empty() && digit_of(rest_[0]) < base; ++n, rest_.remove_prefix(1))
      number = number * static_cast<std::uint32_t>(base) + static_cast<std::uint32_t>(digit_of(rest_[0]));
    const bool is_scalar = number < 0xD800 || (number > 0xDFFF && number <= 0x10FFFF);
    if (n < least || !is_scalar) fail_at(line_, "an escape in a string stands for no character");
    out_ += encode(static_cast<char32_t>(number));
  }

  std::string_view rest_;
  int line_;
  std::string out_;
};

}  // namespace

std::string unescape(std::string_view text, int line) { return Unescaper(text, line).run(); }

}  // namespace partwise::internal::jinja
