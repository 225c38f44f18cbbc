// Labelled rows of named fields, from files or compiled in.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace partwise::internal {

/// One row: column name to value, as text. JSON numbers and booleans are spelled as in JSON. Fields of a nested object
/// and items of a list get dotted names ("choices.A", "choices.0"). null is an empty text, like an empty cell. Names
/// are in Unicode's form C.
struct DataRow {
  std::map<std::string, std::string> fields;
  std::string place;                   // "train.jsonl line 7", for errors
  std::vector<std::string> unnamed{};  // cells of a table's columns that have no name, in order
  std::string json{};                  // the whole row as it was read; "" if it was no JSON
};

enum class TableForm { csv, tsv, json_lines, json_list };

/// How a file spells its rows.
struct FileForm {
  TableForm kind = TableForm::csv;
  char separator = ',';          // of CSV
  bool names_separator = false;  // CSV: the first line is sep=X
  bool has_mark = false;         // UTF-8 with a byte order mark
};

/// The rows of a file, and notes for the user about how they were read.
struct DataFile {
  std::vector<DataRow> rows;
  std::vector<std::string> notes{};
  std::vector<std::string> columns{};  // the header of a table, "" for a column without a name; empty for JSON
  FileForm form{};
};

/// Reads JSON (an object a line, objects over several lines, or a list of objects), CSV (RFC 4180) or TSV (no quotes).
/// CSV and TSV have a header line. The extension tells the format (.jsonl, .ndjson, .json, .csv, .tsv; .gz may follow).
/// If it does not, the text does: JSON begins with a brace or a bracket, a TSV header holds a tab, and anything else is
/// CSV. "-" is standard input. Empty lines are skipped. Packed files and other encodings: text_file.h.
/// Errors: missing_input; bad_data naming line and reason (no row, invalid UTF-8, wrong number of columns, unclosed
/// quote, a column name given twice, a file of another kind).
DataFile read_data_file(const std::filesystem::path& path);
/// Like read_data_file, but a table may hold its header alone, and JSON may hold no row.
DataFile read_any_rows(const std::filesystem::path& path);
/// Only the rows of read_data_file.
std::vector<DataRow> read_data(const std::filesystem::path& path);

/// Parses rows of JSON as read_data_file does; `source` names the text in errors. Errors: bad_data.
std::vector<DataRow> parse_jsonl(std::string_view text, std::string_view source);
/// Parses one such row, a JSON object. Errors: bad_data.
DataRow parse_json_row(std::string_view text, std::string place);

/// A data set compiled into the program (a folder of data/).
struct BuiltinData {
  std::string_view name;
  std::string_view train;  // JSONL
  std::string_view test;   // JSONL
};
/// "intents", "news", "reviews" and "tickets", sorted by name.
const std::vector<BuiltinData>& builtin_data();

}  // namespace partwise::internal
