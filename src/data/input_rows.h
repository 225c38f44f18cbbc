// Reads rows to classify: lines of text, rows of JSON, or a table.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "data/data.h"
#include "data/line_reader.h"

namespace partwise::internal {

enum class RowForm { text, json, table };

struct InputRow {
  Line line;        // for a table only the place is set
  DataRow columns;  // set for a table only
};

class InputRows {
 public:
  /// The name of `path` decides what it holds. If the file is packed (.gz, .bz2, .xz, .zst), the name before that
  /// counts.
  ///   a table       .csv, .tsv, .parquet, .feather, .arrow, .xlsx, .xls, .ods; packed JSON; .json, except as below
  ///   rows of JSON  .jsonl, .ndjson; .json if the first line is a row; any other name if `jsonl` is set
  ///   lines of text any other name
  /// A table is read whole by read_any_rows, which refuses kinds that it cannot read. "-" is standard input. `check` is
  /// as in LineReader. Errors: missing_input; those of read_any_rows.
  InputRows(const std::filesystem::path& path, bool jsonl, std::function<void()> check = {});

  RowForm form() const { return form_; }
  /// Whether the table is called .tsv. Answers about it then have tabs between columns as well.
  bool is_tabbed() const { return kind_ == ".tsv"; }
  /// Whether the table was JSON.
  bool is_json_table() const { return form_ == RowForm::table && is_json_; }
  /// The columns of a CSV or TSV table: its header, "" for a column without a name. Of a JSON table: every name that
  /// any row has, sorted. Empty if there is no table.
  const std::vector<std::string>& columns() const { return columns_; }
  const std::string& name() const { return name_; }

  /// Takes the next rows, as LineReader::next does. Blank lines are not rows of JSON and are skipped. Errors: those of
  /// LineReader; usage if lines of text begin with a row of JSON; bad_data if the first line is not text.
  std::vector<InputRow> next(std::size_t max);
  /// The share of the input that was handed out, from 0 to 1; nullopt if it cannot be known.
  std::optional<double> share() const;

 private:
  void read_table(const std::filesystem::path& path);
  std::vector<InputRow> next_of_table(std::size_t max);
  void check_first(const Line& line) const;

  std::string name_, kind_;  // the file's name in messages; its extension (".csv"), not counting that of packing
  bool is_json_ = false;     // whether its name says that it holds JSON
  RowForm form_ = RowForm::text;
  std::optional<LineReader> lines_;
  std::vector<DataRow> rows_;  // of a table
  std::size_t n_taken_ = 0;    // rows or lines that were handed out
  std::vector<std::string> columns_;
};

}  // namespace partwise::internal
