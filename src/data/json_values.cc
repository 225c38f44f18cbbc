#include "data/json_values.h"

#include <fmt/format.h>

#include "base/error.h"

namespace partwise::internal {

namespace {

/// Follows brackets and strings. A line end ends a string, since JSON's strings hold none.
class Nesting {
 public:
  void read(char c) {
    if (in_string_) {
      in_string_ = escaped_ || (c != '"' && c != '\n' && c != '\r');
      escaped_ = !escaped_ && c == '\\';
      broken_ = broken_ || c == '\n' || c == '\r';
    } else {
      in_string_ = c == '"';
      depth_ += (c == '{' || c == '[') - (c == '}' || c == ']');
    }
  }
  int depth() const { return depth_; }
  bool in_string() const { return in_string_; }
  /// Whether a line ended inside a string. What follows then cannot be judged.
  bool broken() const { return broken_; }

 private:
  int depth_ = 0;
  bool in_string_ = false, escaped_ = false, broken_ = false;
};

/// Takes one row a line. If a line leaves brackets open, the next lines belong to its row.
std::vector<TextLine> split_stream(std::string_view text) {
  std::vector<TextLine> rows;
  bool open = false;
  Nesting nesting;
  for (const TextLine& line : split_lines(text)) {
    if (!open) nesting = {};
    for (char c : line.text) nesting.read(c);
    if (nesting.in_string()) nesting.read('\n');
    if (open) {
      TextLine& row = rows.back();
      row.text = {row.text.data(), static_cast<std::size_t>(line.text.data() + line.text.size() - row.text.data())};
    } else {
      rows.push_back(line);
    }
    open = nesting.depth() > 0 && !nesting.broken();
  }
  return rows;
}

class ListSplitter {
 public:
  ListSplitter(std::string_view text, std::string_view source) : text_(text), source_(source) {}

  std::vector<TextLine> split() {
    skip_space();
    opened_ = line_;
    ++at_;
    std::vector<TextLine> items;
    skip_space();
    if (next_is(']')) return finish(std::move(items));
    for (;;) {
      items.push_back(item());
      if (at_ == text_.size()) fail(opened_, "the list that begins here is not closed", "the file may be cut off");
      if (next_is(']')) return finish(std::move(items));
      ++at_;  // the comma
      skip_space();
      if (next_is(']')) fail(line_, "a comma stands before the end of the list of rows", "take the comma away");
    }
  }

 private:
  TextLine item() {
    skip_space();
    const std::size_t begin = at_;
    const std::int64_t number = line_;
    Nesting nesting;
    for (; at_ < text_.size(); ++at_) {
      const char c = text_[at_];
      if (nesting.depth() == 0 && !nesting.in_string() && (c == ',' || c == ']')) break;
      nesting.read(c);
      count_line();
    }
    return {trim(text_.substr(begin, at_ - begin)), number};
  }

  std::vector<TextLine> finish(std::vector<TextLine>&& items) {
    ++at_;
    skip_space();
    if (at_ != text_.size())
      fail(line_, "something follows the list of rows", "a file holds one list, or one object a line");
    return std::move(items);
  }

  void skip_space() {
    for (; at_ < text_.size() && trim(text_.substr(at_, 1)).empty(); ++at_) count_line();
  }

  void count_line() {
    const bool lone = text_[at_] == '\r' && text_.substr(at_, 2) != "\r\n";
    line_ += text_[at_] == '\n' || lone;
  }

  bool next_is(char c) const { return at_ < text_.size() && text_[at_] == c; }

  [[noreturn]] void fail(std::int64_t line, const char* what, const char* hint) const {
    throw Error(ErrorCode::bad_data, fmt::format("{}: {}", line_place(source_, line), what), hint);
  }

  std::string_view text_, source_;
  std::size_t at_ = 0;
  std::int64_t line_ = 1, opened_ = 1;
};

}  // namespace

std::vector<TextLine> split_json_rows(std::string_view text, std::string_view source) {
  return trim(text).starts_with('[') ? ListSplitter(text, source).split() : split_stream(text);
}

}  // namespace partwise::internal
