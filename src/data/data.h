// Labelled rows of named fields, from files or compiled in.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace partwise {

/// One row: column name to value, as text. JSON numbers and booleans as JSON spells them; a nested object's fields and
/// a list's items get dotted names ("choices.A", "choices.0"); null is an empty text, as an empty cell is. Names are in
/// Unicode's form C.
struct DataRow {
  std::map<std::string, std::string> fields;
  std::string place;                   // "train.jsonl line 7", for errors
  std::vector<std::string> unnamed{};  // cells of a table's columns that have no name, in order
};

/// The rows of a file, and what is to be said of how they were read.
struct DataFile {
  std::vector<DataRow> rows;
  std::vector<std::string> notes{};
  std::vector<std::string> columns{};  // as the header of a table has them, "" without a name; of JSON none
};

/// Reads JSON (an object a line, over several lines, or a list of objects), CSV (RFC 4180) or TSV (no quotes) with a
/// header line. Which it is follows from the extension (.jsonl, .ndjson, .json, .csv, .tsv; .gz may follow), else from
/// the text: JSON begins with a brace or a bracket, a TSV header holds a tab. "-" is standard input. Empty lines are
/// skipped. Packed files and other encodings: text_file.h.
/// Errors: missing_input; bad_data naming line and reason (no row, invalid UTF-8, wrong number of columns, unclosed
/// quote, a column name given twice, a file of another kind).
DataFile read_data_file(const std::filesystem::path& path);
/// The same, but a table may be a header alone, and JSON without a row is none.
DataFile read_any_rows(const std::filesystem::path& path);
/// Its rows alone.
std::vector<DataRow> read_data(const std::filesystem::path& path);

/// Parses rows of JSON as read_data_file does; `source` names the text in errors. Errors: bad_data.
std::vector<DataRow> parse_jsonl(std::string_view text, std::string_view source);
/// Parses one of them, a JSON object. Errors: bad_data.
DataRow parse_json_row(std::string_view text, std::string place);

/// A data set compiled into the program (a folder of data/).
struct BuiltinData {
  std::string_view name;
  std::string_view train;  // JSONL
  std::string_view test;   // JSONL
};
/// "news" and "reviews", sorted by name.
const std::vector<BuiltinData>& builtin_data();

}  // namespace partwise
