#include "experiment/delimited.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>

#include "base/error.h"
#include "experiment/lines.h"

namespace partwise {

namespace {

struct Record {
  std::vector<std::string> cells;
  std::int64_t line;  // on which it begins

  bool blank() const { return cells.size() == 1 && trim(cells[0]).empty(); }
};

class CsvParser {
 public:
  CsvParser(std::string_view text, std::string_view source) : text_(text), source_(source) {}

  std::vector<Record> records() {
    std::vector<Record> all;
    while (!at_end()) {
      Record next = record();
      if (!next.blank()) all.push_back(std::move(next));
    }
    return all;
  }

 private:
  Record record() {
    Record record{{}, line_};
    do record.cells.push_back(next_is('"') ? quoted_cell() : plain_cell());
    while (take(','));
    end_record();
    return record;
  }

  std::string plain_cell() {
    const std::size_t end = std::min(text_.find_first_of(",\n", at_), text_.size());
    std::string_view cell = text_.substr(at_, end - at_);
    at_ = end;
    if (!next_is(',') && cell.ends_with('\r')) cell.remove_suffix(1);
    return std::string(cell);
  }

  std::string quoted_cell() {
    const std::int64_t opened = line_;
    std::string cell;
    for (++at_; !at_end();) {
      const char c = text_[at_++];
      line_ += c == '\n';
      if (c != '"' || take('"')) {
        cell += c;
      } else {
        return cell;
      }
    }
    fail(opened, "a quote opens here and is never closed", "write a quote inside a quoted cell twice");
  }

  void end_record() {
    take('\r');
    if (at_end()) return;
    if (!take('\n')) fail(line_, "text after a closing quote", "write a quote inside a quoted cell twice");
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
  std::size_t at_ = 0;
  std::int64_t line_ = 1;
};

Record split_at_tabs(const TextLine& line) {
  Record record{{}, line.number};
  for (std::size_t begin = 0; begin <= line.text.size();) {
    const std::size_t end = std::min(line.text.find('\t', begin), line.text.size());
    record.cells.emplace_back(line.text.substr(begin, end - begin));
    begin = end + 1;
  }
  return record;
}

void check_header(const Record& header, std::string_view source) {
  std::vector<std::string> names = header.cells;
  std::sort(names.begin(), names.end());
  const auto twice = std::adjacent_find(names.begin(), names.end());
  if (twice == names.end()) return;
  throw Error(ErrorCode::bad_data,
              fmt::format("{}: the column name '{}' is given twice", line_place(source, header.line), *twice),
              "the first line names the columns, each once");
}

DataRow to_row(const Record& header, Record&& record, std::string_view source) {
  DataRow row{{}, line_place(source, record.line)};
  if (record.cells.size() != header.cells.size()) {
    throw Error(ErrorCode::bad_data, fmt::format("{}: {} columns, but the header has {}", row.place,
                                                 record.cells.size(), header.cells.size()));
  }
  for (std::size_t i = 0; i < record.cells.size(); ++i) row.fields[header.cells[i]] = std::move(record.cells[i]);
  return row;
}

std::vector<DataRow> to_rows(std::vector<Record>&& records, std::string_view source) {
  std::vector<DataRow> rows;
  if (records.empty()) return rows;
  check_header(records[0], source);
  for (std::size_t i = 1; i < records.size(); ++i) rows.push_back(to_row(records[0], std::move(records[i]), source));
  return rows;
}

}  // namespace

std::vector<DataRow> parse_csv(std::string_view text, std::string_view source) {
  return to_rows(CsvParser(checked_text(text, source), source).records(), source);
}

std::vector<DataRow> parse_tsv(std::string_view text, std::string_view source) {
  std::vector<Record> records;
  for (const TextLine& line : split_lines(checked_text(text, source))) records.push_back(split_at_tabs(line));
  return to_rows(std::move(records), source);
}

}  // namespace partwise
