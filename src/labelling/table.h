// The user's table, as it comes in and as it goes out.
#pragma once

#include <array>
#include <filesystem>
#include <string>
#include <vector>

#include "base/json.h"
#include "data/data.h"

namespace partwise::internal {

struct Table {
  FileForm form;
  std::string name;                  // of the file, in messages
  std::vector<std::string> columns;  // those of a header, "" for one without a name; of JSON all that occur, sorted
  std::vector<DataRow> rows;
  std::vector<std::string> notes;  // how it was read, for the user

  bool has_column(const std::string& column) const;
};

/// Reads CSV, TSV or JSON as read_data_file does. Each row has a place of its own. Errors: those of read_data_file.
Table read_table(const std::filesystem::path& path);

/// The columns that labelling adds, if it has something to say in them.
inline constexpr std::array kAddedColumns = {"partwise_label",   "partwise_probability", "partwise_second",
                                             "partwise_reasons", "partwise_ask",         "partwise_error"};
bool is_added_column(const std::string& name);

/// A column to add. A cell is a text, a number, or null where it is empty.
struct NewColumn {
  std::string name;
  std::vector<Json> cells;  // [n_rows]
};

/// The table in its own form, but always in UTF-8, with `added` behind its columns. Columns of an earlier run
/// (kAddedColumns) are left out.
std::string table_text(const Table& table, const std::vector<NewColumn>& added);

}  // namespace partwise::internal
