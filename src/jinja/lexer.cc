#include "jinja/lexer.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "jinja/code_points.h"
#include "jinja/failure.h"
#include "jinja/unescape.h"

namespace partwise::internal::jinja {

namespace {

using Kind = Token::Kind;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_name_begin(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_name_part(char c) { return is_name_begin(c) || is_digit(c); }

/// Every line end becomes "\n".
std::string with_newlines(std::string_view text) {
  std::string made;
  for (std::size_t i = 0; i < text.size(); ++i) {
    made += text[i] == '\r' ? '\n' : text[i];
    if (text.substr(i, 2) == "\r\n") ++i;
  }
  return made;
}

/// The bytes of white space at the beginning.
std::size_t space_size(std::string_view text) { return text.size() - strip(text, Side::left).size(); }

class Lexer {
 public:
  Lexer(std::string_view source, Dialect dialect) : source_(with_newlines(source)), trims_(dialect == Dialect::chat) {
    if (trims_ && source_.ends_with('\n')) source_.pop_back();
  }

  std::vector<Token> run() {
    while (at_ < source_.size()) take_root();
    add(Kind::end, "");
    return std::move(tokens_);
  }

 private:
  std::string_view rest() const { return std::string_view(source_).substr(at_); }

  void add(Kind kind, std::string value) { tokens_.push_back({kind, std::move(value), line_}); }

  void add_data(std::string_view data) {
    if (!data.empty()) add(Kind::data, std::string(data));
  }

  /// Goes past the next `n` bytes.
  void skip(std::size_t n) {
    const std::string_view skipped = rest().substr(0, n);
    line_ += static_cast<int>(std::ranges::count(skipped, '\n'));
    if (!skipped.empty()) line_begins_ = skipped.back() == '\n';
    at_ += skipped.size();
  }

  /// Where the next tag begins, or the end.
  std::size_t next_tag() const {
    for (std::size_t at = source_.find('{', at_); at != std::string::npos; at = source_.find('{', at + 1))
      if (at + 1 < source_.size() && std::string_view("{%#").find(source_[at + 1]) != std::string_view::npos) return at;
    return source_.size();
  }

  /// Text before a tag, without the white space that the tag takes: all with "-", and the line's own before a block.
  std::string_view before_tag(std::string_view text, char sign, bool is_block) const {
    if (sign == '-') return strip(text, Side::right);
    if (sign == '+' || !is_block || !trims_) return text;
    const std::size_t newline = text.rfind('\n');
    if (newline == std::string_view::npos && !line_begins_) return text;
    const std::size_t begin = newline == std::string_view::npos ? 0 : newline + 1;
    return strip(text.substr(begin), Side::left).empty() ? text.substr(0, begin) : text;
  }

  char sign_at(std::size_t at) const {
    const char sign = at < source_.size() ? source_[at] : '\0';
    return sign == '-' || sign == '+' ? sign : '\0';
  }

  void take_root() {
    const std::size_t tag = next_tag();
    const std::string_view text = std::string_view(source_).substr(at_, tag - at_);
    if (tag == source_.size()) {
      add_data(text);
      return skip(text.size());
    }
    const char sign = sign_at(tag + 2), kind = source_[tag + 1];
    add_data(before_tag(text, sign, kind != '{'));
    const std::size_t raw = kind == '%' ? raw_begin_size(tag) : 0;
    skip(text.size() + (raw > 0 ? raw : 2 + (sign != '\0')));
    if (raw > 0) return take_raw();
    if (kind == '#') return take_comment();
    add(kind == '{' ? Kind::variable_begin : Kind::block_begin, "");
    take_tag(kind == '{');
  }

  /// The size of "{% raw %}" at `tag`; 0 if there is none.
  std::size_t raw_begin_size(std::size_t tag) const {
    std::size_t at = tag + 2 + (sign_at(tag + 2) != '\0');
    const auto text = [&] { return std::string_view(source_).substr(at); };
    at += space_size(text());
    if (!text().starts_with("raw")) return 0;
    at += 3;
    at += space_size(text());
    if (text().starts_with("%}")) return at + 2 - tag;
    if (!text().starts_with("-%}")) return 0;
    at += 3;
    return at + space_size(text()) - tag;
  }

  void take_raw() {
    for (std::size_t at = source_.find("{%", at_); at != std::string::npos; at = source_.find("{%", at + 1)) {
      const char sign = sign_at(at + 2);
      std::size_t end = at + 2 + (sign != '\0');
      end += space_size(std::string_view(source_).substr(end));
      if (!std::string_view(source_).substr(end).starts_with("endraw")) continue;
      end += 6;
      end += space_size(std::string_view(source_).substr(end));
      const std::size_t size = end_size(end, "%}");
      if (size == 0) continue;
      add_data(before_tag(std::string_view(source_).substr(at_, at - at_), sign, true));
      return skip(end + size - at_);
    }
    fail_at(line_, "Missing end of raw directive");
  }

  void take_comment() {
    for (std::size_t at = at_; at < source_.size(); ++at)
      if (const std::size_t size = end_size(at, "#}")) return skip(at + size - at_);
    fail_at(line_, "Missing end of comment tag");
  }

  /// The size of the end of a block or comment at `at`, with the white space that it takes; 0 if there is none.
  std::size_t end_size(std::size_t at, std::string_view end) const {
    const std::string_view text = std::string_view(source_).substr(std::min(at, source_.size()));
    const char sign = sign_at(at);
    if (!text.substr(std::min<std::size_t>(sign != '\0', text.size())).starts_with(end)) return 0;
    if (sign == '+') return 3;
    if (sign == '-') return 3 + space_size(text.substr(3));
    return trims_ && text.substr(2).starts_with('\n') ? 3 : 2;
  }

  std::size_t variable_end_size() const {
    if (rest().starts_with("-}}")) return 3 + space_size(rest().substr(3));
    return rest().starts_with("}}") ? 2 : 0;
  }

  void take_tag(bool is_variable) {
    open_.clear();
    while (at_ < source_.size()) {
      const std::size_t end = !open_.empty() ? 0 : is_variable ? variable_end_size() : end_size(at_, "%}");
      if (end == 0) {
        take_token();
        continue;
      }
      add(is_variable ? Kind::variable_end : Kind::block_end, "");
      return skip(end);
    }
  }

  void take_token() {
    if (const std::size_t size = space_size(rest())) return skip(size);
    if (is_digit(rest()[0])) return take_number();
    if (is_name_begin(rest()[0])) return take_name();
    if (rest()[0] == '\'' || rest()[0] == '"') return take_text();
    take_sign();
  }

  void take_name() {
    std::size_t size = 1;
    while (size < rest().size() && is_name_part(rest()[size])) ++size;
    if (size < rest().size() && static_cast<unsigned char>(rest()[size]) >= 0x80)
      fail_at(line_, "a name with characters outside of ASCII is not supported");
    add(Kind::name, std::string(rest().substr(0, size)));
    skip(size);
  }

  void take_text() {
    const char quote = rest()[0];
    std::size_t end = 1;
    while (end < rest().size() && rest()[end] != quote) end += rest()[end] == '\\' ? 2 : 1;
    if (end >= rest().size()) fail_at(line_, fmt::format("unexpected char {}", quote));
    add(Kind::text, unescape(rest().substr(1, end - 1), line_));
    skip(end + 1);
  }

  /// Digits, with single underscores between them.
  std::size_t digits_size(std::size_t from) const {
    std::size_t size = from;
    while (size < rest().size() &&
           (is_digit(rest()[size]) || (rest()[size] == '_' && size > from && size + 1 < rest().size() &&
                                       is_digit(rest()[size + 1]) && rest()[size - 1] != '_')))
      ++size;
    return size - from;
  }

  std::size_t exponent_size(std::size_t at) const {
    if (at >= rest().size() || (rest()[at] | 0x20) != 'e') return 0;
    const std::size_t sign = at + 1 < rest().size() && (rest()[at + 1] == '+' || rest()[at + 1] == '-') ? 1 : 0;
    const std::size_t digits = digits_size(at + 1 + sign);
    return digits == 0 ? 0 : 1 + sign + digits;
  }

  void take_number() {
    const std::size_t whole = digits_size(0);
    const bool may_be_real = at_ == 0 || source_[at_ - 1] != '.';
    std::size_t size = whole;
    if (may_be_real && rest().substr(size, 1) == ".") {
      const std::size_t fraction = digits_size(size + 1);
      size += fraction == 0 ? 0 : 1 + fraction;
    }
    size += may_be_real ? exponent_size(size) : 0;
    if (size > whole) return add_number(Kind::real, size);
    const bool has_base = rest()[0] == '0' && rest().substr(1, 1).find_first_of("bBoOxX") == 0;
    if (has_base) fail_at(line_, "a number with another base is not supported");
    const std::size_t zeros = std::min(whole, rest().find_first_not_of("0_"));
    add_number(Kind::integer, rest()[0] == '0' ? zeros : whole);
  }

  void add_number(Kind kind, std::size_t size) {
    std::string digits(rest().substr(0, size));
    std::erase(digits, '_');
    add(kind, digits);
    skip(size);
  }

  void take_sign() {
    static constexpr std::array<std::string_view, 26> kSigns = {"//", "**", "==", "!=", ">=", "<=", "+", "-", "/",
                                                                "*",  "%",  "~",  "[",  "]",  "(",  ")", "{", "}",
                                                                ">",  "<",  "=",  ".",  ":",  "|",  ",", ";"};
    const auto* sign = std::ranges::find_if(kSigns, [&](std::string_view s) { return rest().starts_with(s); });
    if (sign == kSigns.end()) {
      fail_at(line_, fmt::format("unexpected character '{}'", rest().substr(0, character_size(rest()[0]))));
    }
    check_brackets(*sign);
    add(Kind::sign, std::string(*sign));
    skip(sign->size());
  }

  void check_brackets(std::string_view sign) {
    static constexpr std::string_view kOpening = "([{", kClosing = ")]}";
    if (const std::size_t which = kOpening.find(sign[0]); which != std::string_view::npos) open_ += kClosing[which];
    if (kClosing.find(sign[0]) == std::string_view::npos) return;
    if (open_.empty()) fail_at(line_, fmt::format("unexpected '{}'", sign));
    if (open_.back() != sign[0]) fail_at(line_, fmt::format("unexpected '{}', expected '{}'", sign, open_.back()));
    open_.pop_back();
  }

  std::string source_;
  bool trims_;  // trim_blocks and lstrip_blocks
  std::size_t at_ = 0;
  int line_ = 1;
  bool line_begins_ = true;  // the next byte is the first of a line
  std::string open_;         // the brackets that have to close
  std::vector<Token> tokens_;
};

}  // namespace

std::vector<Token> tokenize(std::string_view source, Dialect dialect) { return Lexer(source, dialect).run(); }

}  // namespace partwise::internal::jinja
