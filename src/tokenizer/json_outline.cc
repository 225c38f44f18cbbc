#include "tokenizer/json_outline.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace partwise {

namespace {

/// Where the string that begins with the quote at `at` is over.
std::size_t after_string(std::string_view text, std::size_t at) {
  for (std::size_t begin = at + 1;;) {
    const std::size_t quote = text.find('"', begin);
    if (quote == std::string_view::npos) return text.size();
    std::size_t n_backslashes = 0;
    while (quote - n_backslashes > begin && text[quote - n_backslashes - 1] == '\\') ++n_backslashes;
    if (n_backslashes % 2 == 0) return quote + 1;
    begin = quote + 1;
  }
}

struct Table {
  std::size_t end = 0;
  std::int64_t largest = -1;  // of its numbers
};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// The object or array whose bracket is at `at`.
Table pass_over(std::string_view text, std::size_t at) {
  Table table{at + 1};
  for (int depth = 1; table.end < text.size() && depth > 0;) {
    const char c = text[table.end];
    if (c == '"') {
      table.end = after_string(text, table.end);
    } else if (is_digit(c)) {
      std::int64_t number = -1;
      table.end = std::from_chars(&text[table.end], text.data() + text.size(), number).ptr - text.data();
      table.largest = std::max(table.largest, number);
    } else {
      depth += (c == '{' || c == '[') - (c == '}' || c == ']');
      ++table.end;
    }
  }
  return table;
}

/// Goes through the text once and copies all but the tables.
class Outliner {
 public:
  explicit Outliner(std::string_view text) : text_(text) {}

  JsonOutline run() {
    while (at_ < text_.size()) step();
    return std::move(outline_);
  }

 private:
  void step() {
    const char c = text_[at_];
    if (is_table(c)) return replace_table();
    const std::size_t end = c == '"' ? after_string(text_, at_) : at_ + 1;
    const std::string_view token = text_.substr(at_, end - at_);
    if (c == '"') string_ = token;
    if (c == ':' && depth_ < std::ssize(keys_)) keys_[depth_] = string_;
    depth_ = std::max<std::int64_t>(0, depth_ + (c == '{' || c == '[') - (c == '}' || c == ']'));
    outline_.text += token;
    at_ = end;
  }

  bool is_table(char c) const {
    return depth_ == 2 && (c == '{' || c == '[') && keys_[1] == R"("model")" &&
           (keys_[2] == R"("vocab")" || keys_[2] == R"("merges")");
  }

  void replace_table() {
    const Table table = pass_over(text_, at_);
    if (keys_[2] == R"("vocab")") outline_.largest_id = table.largest;
    outline_.text += "null";
    at_ = table.end;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::int64_t depth_ = 0;
  std::string_view string_;               // the last one, with its quotes
  std::array<std::string_view, 3> keys_;  // by depth
  JsonOutline outline_;
};

}  // namespace

JsonOutline outline_json(std::string_view text) { return Outliner(text).run(); }

}  // namespace partwise
