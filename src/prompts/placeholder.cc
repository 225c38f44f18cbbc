#include "prompts/placeholder.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "base/normalize.h"
#include "base/utf8.h"
#include "data/lines.h"
#include "data/missing_column.h"

namespace partwise::internal {

namespace {

constexpr std::string_view kTrim = "trim", kStrip = ".strip()";

/// Words that Jinja reads as a part of an expression, or as a value if they stand alone.
constexpr std::string_view kKeywords[] = {"and",  "else", "false", "False", "if",   "in",  "is",
                                          "none", "None", "not",   "or",    "true", "True"};

bool is_word_character(unsigned char c) {
  return c >= 0x80 || c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_digits(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

/// White space as in Python's str.strip().
bool is_python_space(char32_t c) {
  return (c >= 9 && c <= 13) || (c >= 28 && c <= 32) || c == 0x85 || c == 0xa0 || c == 0x1680 ||
         (c >= 0x2000 && c <= 0x200a) || c == 0x2028 || c == 0x2029 || c == 0x202f || c == 0x205f || c == 0x3000;
}

std::string_view strip(std::string_view text) {
  std::size_t begin = 0, end = 0;
  bool inside = false;
  for (std::size_t at = 0; at < text.size();) {
    const auto character = decode_utf8(text.substr(at));
    const std::size_t length = character ? character->length : 1;
    const bool space = character && is_python_space(character->code_point);
    if (!space && !inside) begin = at;
    inside = inside || !space;
    at += length;
    if (!space) end = at;
  }
  return text.substr(begin, end - begin);
}

/// Whether `text` is words with a dot, a hyphen or a space between them. No Jinja expression looks like that.
bool is_name(std::string_view text) {
  bool after_word = false;
  for (std::string_view rest = text; !rest.empty();) {
    const auto n = static_cast<std::size_t>(std::ranges::find_if_not(rest, is_word_character) - rest.begin());
    if (n == 0 && (!after_word || std::string_view(".- ").find(rest[0]) == std::string_view::npos)) return false;
    if (std::ranges::count(kKeywords, rest.substr(0, n)) > 0) return false;
    after_word = n > 0;
    rest.remove_prefix(std::max<std::size_t>(n, 1));
  }
  return after_word;
}

/// Takes "[0]" or "['key']" off the end of `text` and returns what is in it; "" if there is no such simple index.
std::string take_index(std::string_view& text) {
  const std::size_t open = text.rfind('[');
  if (!text.ends_with(']') || open == std::string_view::npos) return {};
  std::string_view key = trim(text.substr(open + 1, text.size() - open - 2));
  const bool quoted = key.size() > 2 && (key[0] == '\'' || key[0] == '"') && key.back() == key[0];
  if (quoted) key = key.substr(1, key.size() - 2);
  if (quoted ? !std::ranges::all_of(key, is_word_character) : !is_digits(key) || (key.size() > 1 && key[0] == '0'))
    return {};
  text = trim(text.substr(0, open));
  return std::string(key);
}

/// The column that an expression names: "choices.0.text" for "choices[0]['text']". "" if it names none.
std::string column_of(std::string_view text) {
  std::string path;
  for (std::string key = take_index(text); !key.empty(); key = take_index(text)) path = "." + key + path;
  return is_name(text) ? std::string(text) + path : std::string();
}

}  // namespace

std::string Placeholder::value_in(const DataRow& row) const {
  const auto field = row.fields.find(column);
  if (field == row.fields.end())
    throw missing_column(row, column, "name one of them between {{ and }} (in JSON, null, [] and {} are no value)");
  return stripped ? std::string(strip(field->second)) : field->second;
}

Placeholder parse_placeholder(std::string_view text) {
  std::string_view rest = trim(text);
  if (rest.empty()) throw Error(ErrorCode::bad_data, "{{ }} names no column", "write {{column}}");
  Placeholder placeholder;
  bool is_called = false;  // a filter cannot stand before .strip()
  for (bool found = true; found;) {
    const std::size_t bar = is_called ? std::string_view::npos : rest.rfind('|');
    found = bar != std::string_view::npos && trim(rest.substr(bar + 1)) == kTrim;
    if (found) rest = trim(rest.substr(0, bar));
    if (!found && rest.ends_with(kStrip)) {
      rest.remove_suffix(kStrip.size());
      found = is_called = true;
    }
    placeholder.stripped = placeholder.stripped || found;
  }
  placeholder.column = to_nfc(column_of(rest));
  if (!placeholder.column.empty()) return placeholder;
  throw Error(
      ErrorCode::bad_data, fmt::format("{{{{{}}}}} is no column: expressions are not evaluated", text),
      "write {{column}}, {{list[0]}}, {{object.key}} or {{column|trim}}; make anything else a column of the data, "
      "or rename the column");
}

bool is_plain_word(std::string_view column) {
  return std::ranges::all_of(column, is_word_character) && !is_digits(column.substr(0, 1));
}

void refuse_statements(std::string_view text) {
  for (const auto& [mark, what] : {std::pair{"{%", "Jinja statements ({% ... %})"}, {"{#", "comments ({# ... #})"}}) {
    if (text.find(mark) == std::string_view::npos) continue;
    throw Error(ErrorCode::bad_data, fmt::format("{} are not supported", what),
                "a template is text with {{column}} in it; YAML's own comments begin with #");
  }
}

void check_nothing_to_fill(std::string_view text) {
  refuse_statements(text);
  if (text.find("{{") == std::string_view::npos) return;
  throw Error(ErrorCode::bad_data,
              fmt::format("'{}' has {{{{ in it, but columns are filled in only in 'doc_to_text'", text),
              "write the text without braces: it is the same in every prompt");
}

}  // namespace partwise::internal
