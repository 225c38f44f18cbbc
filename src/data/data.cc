#include "data/data.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <utility>

#include "base/error.h"
#include "base/json.h"
#include "base/normalize.h"
#include "data/builtin.h"
#include "data/delimited.h"
#include "data/json_values.h"
#include "data/lines.h"
#include "data/text_file.h"

namespace partwise::internal {

namespace {

void add_field(DataRow& row, const std::string& name, std::string value) {
  if (row.fields.emplace(name, std::move(value)).second) return;
  throw Error(ErrorCode::bad_data, fmt::format("{}: the column '{}' is given twice", row.place, name));
}

/// Nested objects and lists become columns with dotted names ("choices.A", "choices.0"); null is an empty cell.
void add_json(DataRow& row, const std::string& name, const Json& value) {
  if (value.is_structured()) {
    for (const auto& [key, item] : value.items()) add_json(row, fmt::format("{}.{}", name, to_nfc(key)), item);
  } else {
    add_field(row, name, value.is_null() ? "" : value.is_string() ? value.get<std::string>() : value.dump());
  }
}

enum class Format { jsonl, csv, tsv };

Format guess_format(std::string_view text) {
  const std::string_view first_line = text.substr(0, text.find('\n'));
  if (trim(text).starts_with('{') || trim(text).starts_with('[')) return Format::jsonl;
  return first_line.find('\t') == std::string_view::npos ? Format::csv : Format::tsv;
}

std::string extension_of(const std::filesystem::path& path) {
  std::string extension = path.extension().string();
  std::transform(extension.begin(), extension.end(), extension.begin(),
                 [](unsigned char c) { return std::tolower(c); });
  return extension == ".gz" ? extension_of(path.stem()) : extension;
}

Format format_of(const std::filesystem::path& path, std::string_view text) {
  const std::string extension = extension_of(path);
  if (extension == ".jsonl" || extension == ".ndjson" || extension == ".json") return Format::jsonl;
  if (extension == ".csv") return Format::csv;
  if (extension == ".tsv") return Format::tsv;
  return guess_format(text);
}

/// Whether `text` begins like rows of JSON. No table's header does.
bool is_json(std::string_view text) {
  const std::string_view begin = trim(text.substr(0, 4096));
  return begin.starts_with("{\"") || begin.starts_with("[{");
}

DataFile parse_data(Format format, std::string_view text, std::string_view source) {
  if (format != Format::jsonl && is_json(text))
    throw Error(ErrorCode::bad_data, fmt::format("{}: this is JSON by its text", source), "name it .jsonl");
  if (format == Format::csv) return parse_csv_table(text, source);
  if (format == Format::tsv) return parse_tsv_table(text, source);
  const TableForm kind = trim(text).starts_with('[') ? TableForm::json_list : TableForm::json_lines;
  return {parse_jsonl(text, source), {}, {}, {kind}};
}

[[noreturn]] void refuse_empty(const std::string& source) {
  throw Error(ErrorCode::bad_data, fmt::format("{}: no row of data", source));
}

std::string_view builtin_file(const std::string& path) {
  for (const EmbeddedFile& file : builtin_files()) {
    if (file.path == path) return file.content;
  }
  throw Error(ErrorCode::internal, fmt::format("internal error: {} is not compiled in", path));
}

std::vector<BuiltinData> find_builtin_data() {
  constexpr std::string_view folder = "data/", train = "/train.jsonl";
  std::vector<BuiltinData> all;
  for (const EmbeddedFile& file : builtin_files()) {
    if (!file.path.starts_with(folder) || !file.path.ends_with(train)) continue;
    const std::string_view name = file.path.substr(folder.size(), file.path.size() - folder.size() - train.size());
    all.push_back({name, file.content, builtin_file(fmt::format("data/{}/test.jsonl", name))});
  }
  return all;
}

}  // namespace

DataRow parse_json_row(std::string_view text, std::string place) {
  DataRow row{{}, std::move(place)};
  if (!trim(text).starts_with('{')) {
    throw Error(ErrorCode::bad_data, fmt::format("{}: not a JSON object", row.place),
                "a row is an object: {\"text\": \"...\", \"label\": \"...\"}");
  }
  const Json json = parse_json_object(text, row.place);
  for (const auto& [name, value] : json.items()) add_json(row, to_nfc(name), value);
  row.json = text;
  return row;
}

std::vector<DataRow> parse_jsonl(std::string_view text, std::string_view source) {
  std::vector<DataRow> rows;
  for (const TextLine& line : split_json_rows(checked_text(text, source), source)) {
    rows.push_back(parse_json_row(line.text, line_place(source, line.number)));
  }
  return rows;
}

DataFile read_any_rows(const std::filesystem::path& path) {
  const std::string content = read_text(path);
  const std::string source = source_name(path);
  const std::string_view text = checked_text(content, source);
  const Format format = format_of(path, text);
  DataFile file = parse_data(format, text, source);
  file.form.has_mark = text.size() < content.size();
  if (format != Format::jsonl && file.columns.empty()) refuse_empty(source);
  if (format == Format::tsv)
    if (std::string note = note_of_quotes(file.rows, source); !note.empty()) file.notes.push_back(std::move(note));
  return file;
}

DataFile read_data_file(const std::filesystem::path& path) {
  DataFile file = read_any_rows(path);
  if (file.rows.empty()) refuse_empty(source_name(path));
  return file;
}

std::vector<DataRow> read_data(const std::filesystem::path& path) { return read_data_file(path).rows; }

const std::vector<BuiltinData>& builtin_data() {
  static const std::vector<BuiltinData> all = find_builtin_data();
  return all;
}

}  // namespace partwise::internal
