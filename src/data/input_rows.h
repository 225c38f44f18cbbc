// Rows to classify, from where they are: lines of text, rows of JSON as they come, or a table.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "data/data.h"
#include "data/line_reader.h"

namespace partwise {

enum class RowForm { text, json, table };

struct InputRow {
  Line line;        // of a table the place only
  DataRow columns;  // of a table
};

class InputRows {
 public:
  /// Lines of text, or of JSON with `jsonl` and where the file is called .jsonl or .ndjson, or .json and begins with a
  /// row of JSON. A table is what is called .csv or .tsv, another .json, and a file of that kind that is packed: read
  /// whole by read_any_rows, whatever `jsonl` says. "-" is standard input. `check` as in LineReader. Errors:
  /// missing_input; those of read_any_rows.
  InputRows(const std::filesystem::path& path, bool jsonl, std::function<void()> check = {});

  RowForm form() const { return form_; }
  /// Whether answers about a table have tabs between columns, as it does itself.
  bool is_tabbed() const { return kind_ == ".tsv"; }
  /// Whether the table was JSON.
  bool is_json_table() const { return form_ == RowForm::table && is_json_; }
  /// Of a table: its header, "" without a name. Of JSON: those that any row has, sorted.
  const std::vector<std::string>& columns() const { return columns_; }
  const std::string& name() const { return name_; }

  /// As LineReader::next; lines of nothing but white space are no rows of JSON. Errors: those of LineReader; usage
  /// where lines of text begin with a row of JSON; bad_data where they are no text at all.
  std::vector<InputRow> next(std::size_t max);
  /// How much of the input was handed out, from 0 to 1; nothing where that cannot be known.
  std::optional<double> share() const;

 private:
  void read_table(const std::filesystem::path& path);
  std::vector<InputRow> next_of_table(std::size_t max);
  void check_first(const Line& line) const;

  std::string name_, kind_;  // the file's name in messages; ".csv", that of what is packed
  bool is_json_ = false;     // by its name
  RowForm form_ = RowForm::text;
  std::optional<LineReader> lines_;
  std::vector<DataRow> rows_;  // of a table
  std::size_t n_taken_ = 0;    // rows, or lines
  std::vector<std::string> columns_;
};

}  // namespace partwise
