// Labelled rows of named fields, from files or compiled in.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace partwise {

/// One row: column name to value, as text (JSON numbers and booleans as JSON spells them; a nested
/// object's fields get dotted names: "choices.A").
struct DataRow {
  std::map<std::string, std::string> fields;
  std::string place;  // "train.jsonl line 7", for errors
};

/// Reads JSONL, CSV (RFC 4180) or TSV with a header line; which it is follows from the extension,
/// else from the first byte. "-" is standard input (JSONL). Empty lines are skipped.
/// Errors: missing_input; bad_data naming line and reason (no row, invalid UTF-8, wrong number of columns, unclosed quote,
/// a column name given twice).
std::vector<DataRow> read_data(const std::filesystem::path& path);

/// The data sets compiled into the program ("reviews", "news").
struct BuiltinData {
  std::string_view name;
  std::string_view train;  // JSONL
  std::string_view test;   // JSONL
};
const std::vector<BuiltinData>& builtin_data();
/// Parses JSONL text; `source` names it in errors.
std::vector<DataRow> parse_jsonl(std::string_view text, std::string_view source);

}  // namespace partwise
