#include "data/csv_parser.h"

#include <fmt/format.h>

#include <utility>

#include "base/error.h"
#include "data/missing_column.h"

namespace partwise::internal {

namespace {

constexpr const char* kQuoteHint = "write a quote inside a quoted cell twice";

/// Whether `text` begins with a quoted cell that a semicolon follows. Commas then do not separate.
bool quoted_before_semicolon(std::string_view text) {
  if (!text.starts_with('"')) return false;
  std::size_t at = text.find('"', 1);
  while (at != std::string_view::npos && text.substr(at, 2) == "\"\"") at = text.find('"', at + 2);
  return at != std::string_view::npos && text.substr(at + 1, 1) == ";";
}

class CsvParser {
 public:
  CsvParser(std::string_view text, std::string_view source) : text_(text), source_(source) {}

  CsvRecords records() {
    read_separator_line();
    learn_from_header();
    std::vector<Record> all;
    while (!at_end()) {
      Record next = record();
      if (!next.blank()) all.push_back(std::move(next));
    }
    return {std::move(all), separator_, is_told_};
  }

 private:
  /// Reads Excel's first line `sep=;`, if there is one.
  void read_separator_line() {
    const std::size_t end = std::min(text_.find_first_of("\r\n"), text_.size());
    const std::string_view first = text_.substr(0, end);
    if (first.size() != 5 || !(first.starts_with("sep=") || first.starts_with("Sep=") || first.starts_with("SEP=")))
      return;
    if (std::string_view(",;\t|").find(first[4]) == std::string_view::npos) return;
    separator_ = first[4];
    is_told_ = true;
    at_ = end;
    end_record();
  }

  /// Learns the separator and the line ends from the first line that is not blank, then goes back to where it began.
  void learn_from_header() {
    const std::size_t at = at_;
    const std::int64_t line = line_;
    const std::size_t begin = std::min(text_.find_first_not_of("\r\n", at), text_.size());
    if (!is_told_ && quoted_before_semicolon(text_.substr(begin))) separator_ = ';';
    Record header;
    do header = record();
    while (header.blank() && !at_end());
    ends_in_cr_ = ended_in_cr_;
    const std::string_view text = text_.substr(at, at_ - at);
    if (!is_told_ && separator_ == ',' && header.cells.size() == 1 && text.find(';') != std::string_view::npos)
      try_semicolon(at, line);
    at_ = at;
    line_ = line;
  }

  /// Splits the header at semicolons. If that gives one cell, the semicolon is part of a quoted name, and commas
  /// separate.
  void try_semicolon(std::size_t at, std::int64_t line) {
    at_ = at;
    line_ = line;
    separator_ = ';';
    Record header;
    do header = record();
    while (header.blank() && !at_end());
    if (header.cells.size() == 1) separator_ = ',';
  }

  Record record() {
    Record record{{}, line_};
    do record.cells.push_back(next_is('"') ? quoted_cell() : plain_cell());
    while (take(separator_));
    end_record();
    return record;
  }

  std::string plain_cell() {
    const char stops[] = {separator_, '\n', '\r'};
    const std::size_t end = std::min(text_.find_first_of({stops, ends_in_cr_ ? 3u : 2u}, at_), text_.size());
    std::string_view cell = text_.substr(at_, end - at_);
    at_ = end;
    if (!next_is(separator_) && cell.ends_with('\r')) cell.remove_suffix(1);
    return std::string(cell);
  }

  std::string quoted_cell() {
    const std::int64_t opened = line_;
    std::string cell;
    for (++at_; !at_end();) {
      const char c = text_[at_++];
      line_ += c == '\n' || (c == '\r' && ends_in_cr_ && !next_is('\n'));
      if (c != '"' || take('"')) {
        cell += c;
      } else {
        return cell;
      }
    }
    fail(opened, "a quote opens here and is never closed", kQuoteHint);
  }

  void end_record() {
    const bool cr = take('\r');
    if (at_end()) return;
    const bool lf = take('\n');
    if (!lf && !(cr && ends_in_cr_))
      fail(line_, "text after a closing quote", separator_ == ',' && next_is(';') ? kSemicolonHint : kQuoteHint);
    ended_in_cr_ = cr && !lf;
    ++line_;
  }

  bool at_end() const { return at_ == text_.size(); }
  bool next_is(char c) const { return !at_end() && text_[at_] == c; }
  bool take(char c) {
    const bool there = next_is(c);
    at_ += there;
    return there;
  }

  [[noreturn]] void fail(std::int64_t line, const char* what, const char* hint) const {
    throw Error(ErrorCode::bad_data, fmt::format("{}: {}", line_place(source_, line), what), hint);
  }

  std::string_view text_, source_;
  char separator_ = ',';
  bool is_told_ = false;  // whether the file's first line names the separator
  bool ends_in_cr_ = true, ended_in_cr_ = false;
  std::size_t at_ = 0;
  std::int64_t line_ = 1;
};

}  // namespace

CsvRecords parse_csv_records(std::string_view text, std::string_view source) {
  return CsvParser(text, source).records();
}

}  // namespace partwise::internal
