#include "tokenizer/json_tables.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/json.h"
#include "base/utf8.h"

namespace partwise::internal {

namespace {

/// The end of the string that begins with the quote at `at`.
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

bool is_space(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

/// Reads one table. Every function returns whether it found what it should read.
class TableReader {
 public:
  TableReader(std::string_view text, std::size_t at, JsonTables& tables) : text_(text), at_(at), tables_(tables) {}

  std::size_t end() const { return at_; }

  bool read_vocab() {
    return list('{', '}', [this] {
      std::string_view token;
      std::int64_t id = 0;
      if (!string(token) || !take(':') || !integer(id)) return false;
      tables_.vocab.emplace_back(token, id);
      return true;
    });
  }

  bool read_merges() {
    return list('[', ']', [this] {
      auto& [left, right] = tables_.merges.emplace_back();
      if (!take('[')) return string(left);
      return string(left) && take(',') && string(right) && take(']') && !right.empty();
    });
  }

 private:
  template <class Element>
  bool list(char open, char close, const Element& element) {
    if (!take(open)) return false;
    if (take(close)) return true;
    do {
      if (!element()) return false;
    } while (take(','));
    return take(close);
  }

  bool take(char wanted) {
    while (at_ < text_.size() && is_space(text_[at_])) ++at_;
    if (at_ >= text_.size() || text_[at_] != wanted) return false;
    ++at_;
    return true;
  }

  bool string(std::string_view& value) {
    if (!take('"')) return false;
    const std::size_t end = after_string(text_, at_ - 1);
    if (end <= at_ || text_[end - 1] != '"') return false;
    value = text_.substr(at_, end - 1 - at_);
    at_ = end;
    const auto is_special = [](char c) { return c == '\\' || static_cast<unsigned char>(c) < 0x20; };
    return std::none_of(value.begin(), value.end(), is_special) || unescape(value);
  }

  bool unescape(std::string_view& value) {
    const Json parsed = Json::parse('"' + std::string(value) + '"', nullptr, false);
    if (!parsed.is_string()) return false;
    value = tables_.unescaped.emplace_back(parsed.get_ref<const std::string&>());
    return true;
  }

  bool integer(std::int64_t& value) {
    while (at_ < text_.size() && is_space(text_[at_])) ++at_;
    const auto [end, error] = std::from_chars(text_.data() + at_, text_.data() + text_.size(), value);
    const std::size_t n_digits = static_cast<std::size_t>(end - text_.data()) - at_;
    const bool is_plain = error == std::errc() && value >= 0 && (text_[at_] != '0' || n_digits == 1);
    at_ += n_digits;
    return is_plain;  // a comma or the end must follow, so 1.5 and 1e3 are not accepted
  }

  std::string_view text_;
  std::size_t at_;
  JsonTables& tables_;
};

/// Reads the text once and copies everything except the tables.
class TablesFinder {
 public:
  explicit TablesFinder(std::string_view text) : text_(text) {}

  std::optional<JsonTables> run() {
    while (at_ < text_.size())
      if (!step()) return std::nullopt;
    return n_tables_ == 2 && has_vocab_ ? std::optional(std::move(tables_)) : std::nullopt;
  }

 private:
  bool step() {
    const char c = text_[at_];
    if (is_table(c)) return take_table();
    const std::size_t end = c == '"' ? after_string(text_, at_) : at_ + 1;
    const std::string_view token = text_.substr(at_, end - at_);
    if (c == '"') string_ = token;
    if (c == ':' && depth_ < std::ssize(keys_)) keys_[depth_] = string_;
    depth_ = std::max<std::int64_t>(0, depth_ + (c == '{' || c == '[') - (c == '}' || c == ']'));
    tables_.rest += token;
    at_ = end;
    return true;
  }

  bool is_table(char c) const {
    return depth_ == 2 && (c == '{' || c == '[') && keys_[1] == R"("model")" &&
           (keys_[2] == R"("vocab")" || keys_[2] == R"("merges")");
  }

  bool take_table() {
    TableReader reader(text_, at_, tables_);
    const bool is_vocab = keys_[2] == R"("vocab")";
    if (!(is_vocab ? reader.read_vocab() : reader.read_merges())) return false;
    has_vocab_ = has_vocab_ || is_vocab;
    at_ = reader.end();
    tables_.rest += "null";
    return ++n_tables_ <= 2;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::int64_t depth_ = 0;
  int n_tables_ = 0;
  bool has_vocab_ = false;
  std::string_view string_;               // the last one, with its quotes
  std::array<std::string_view, 3> keys_;  // by depth
  JsonTables tables_;
};

}  // namespace

std::optional<JsonTables> read_json_tables(std::string_view text) {
  if (find_invalid_utf8(text) != std::string_view::npos) return std::nullopt;
  return TablesFinder(text).run();
}

}  // namespace partwise::internal
