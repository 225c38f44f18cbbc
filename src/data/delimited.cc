#include "data/delimited.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>

#include "base/error.h"
#include "base/normalize.h"
#include "data/csv_parser.h"
#include "data/lines.h"
#include "data/missing_column.h"

namespace partwise::internal {

namespace {

Record split_at_tabs(const TextLine& line) {
  Record record{{}, line.number};
  for (std::size_t begin = 0; begin <= line.text.size();) {
    const std::size_t end = std::min(line.text.find('\t', begin), line.text.size());
    record.cells.emplace_back(line.text.substr(begin, end - begin));
    begin = end + 1;
  }
  return record;
}

/// Puts the names into Unicode's form C; a blank name becomes "". Errors: bad_data if a name is given twice.
void check_header(Record& header, std::string_view source) {
  std::vector<std::string> names;
  for (std::string& name : header.cells) {
    name = trim(name).empty() ? std::string() : to_nfc(name);
    if (!name.empty()) names.push_back(name);
  }
  std::sort(names.begin(), names.end());
  const auto twice = std::adjacent_find(names.begin(), names.end());
  if (twice == names.end()) return;
  throw Error(ErrorCode::bad_data,
              fmt::format("{}: the column name '{}' is given twice", line_place(source, header.line), *twice),
              "the first line names the columns, each once");
}

/// A hint: why a row may have too many or too few cells.
std::string hint_of_count(const Record& header, const Record& record) {
  const auto begins_with = [&](const char* mark) {
    return std::ranges::any_of(record.cells, [&](const std::string& cell) { return cell.starts_with(mark); });
  };
  if (header.cells.size() == 1) {
    if (const char* other = other_separator(header.cells[0]))
      return fmt::format("the header seems to be separated by {}", other);
    return fmt::format("the first line names the columns: is '{}' the header, or does it stand before it?",
                       header.cells[0]);
  }
  const auto holds_semicolon = [](const std::string& cell) { return cell.find(';') != std::string::npos; };
  if (std::ranges::any_of(header.cells, holds_semicolon) && std::ranges::any_of(record.cells, holds_semicolon))
    return kSemicolonHint;
  if (begins_with("'")) return "cells with separators stand in double quotes, not in single ones";
  if (begins_with(" \"")) return "a quote counts at the very beginning of a cell: no space before it";
  if (record.cells.size() < header.cells.size())
    return "a row has as many cells as the header, empty ones too; in CSV, cells with line ends stand in double quotes";
  if (record.cells.back().empty()) return "the row ends in an empty cell: take the last separator away, or name it";
  return "a cell that holds the separator stands in double quotes, in CSV";
}

DataRow to_row(const Record& header, Record&& record, std::string_view source) {
  DataRow row{{}, line_place(source, record.line)};
  if (record.cells.size() != header.cells.size()) {
    throw Error(ErrorCode::bad_data,
                fmt::format("{}: {} column{}, but the header has {}", row.place, record.cells.size(),
                            record.cells.size() == 1 ? "" : "s", header.cells.size()),
                hint_of_count(header, record));
  }
  if (record.cells.size() > 1 && record.cells == header.cells) {
    throw Error(ErrorCode::bad_data, fmt::format("{}: the header once more", row.place),
                "take the line out, where files were put one after the other");
  }
  for (std::size_t i = 0; i < record.cells.size(); ++i) {
    std::string& cell = header.cells[i].empty() ? row.unnamed.emplace_back() : row.fields[header.cells[i]];
    cell = std::move(record.cells[i]);
  }
  return row;
}

DataFile to_table(std::vector<Record>&& records, std::string_view source) {
  DataFile table;
  if (records.empty()) return table;
  Record& header = records[0];
  check_header(header, source);
  for (std::size_t i = 1; i < records.size(); ++i) table.rows.push_back(to_row(header, std::move(records[i]), source));
  table.columns = std::move(header.cells);
  return table;
}

/// Whether a cell looks like CSV's spelling of a cell that holds quotes: "a ""b"" c".
bool looks_quoted(std::string_view cell) {
  if (cell.size() < 4 || !cell.starts_with('"') || !cell.ends_with('"')) return false;
  cell = cell.substr(1, cell.size() - 2);
  bool doubled = false;
  for (std::size_t at = cell.find('"'); at != std::string_view::npos; at = cell.find('"', at + 2)) {
    if (cell.substr(at, 2) != "\"\"") return false;
    doubled = true;
  }
  return doubled;
}

}  // namespace

DataFile parse_csv_table(std::string_view text, std::string_view source) {
  CsvRecords csv = parse_csv_records(checked_text(text, source), source);
  DataFile table = to_table(std::move(csv.records), source);
  table.form = {TableForm::csv, csv.separator, csv.names_separator};
  return table;
}

DataFile parse_tsv_table(std::string_view text, std::string_view source) {
  std::vector<Record> records;
  for (const TextLine& line : split_lines(checked_text(text, source))) records.push_back(split_at_tabs(line));
  DataFile table = to_table(std::move(records), source);
  table.form.kind = TableForm::tsv;
  return table;
}

std::vector<DataRow> parse_csv(std::string_view text, std::string_view source) {
  return parse_csv_table(text, source).rows;
}

std::vector<DataRow> parse_tsv(std::string_view text, std::string_view source) {
  return parse_tsv_table(text, source).rows;
}

std::string note_of_quotes(const std::vector<DataRow>& rows, std::string_view source) {
  std::size_t n_cells = 0;
  for (const DataRow& row : rows)
    for (const auto& [name, value] : row.fields) n_cells += looks_quoted(value);
  if (n_cells == 0) return {};
  return fmt::format(
      "warning: {}: {} cell{} in double quotes with doubled quotes inside, as CSV writes them; in TSV they are text: "
      "save the file as CSV if they are not",
      source, n_cells, n_cells == 1 ? " stands" : "s stand");
}

}  // namespace partwise::internal
