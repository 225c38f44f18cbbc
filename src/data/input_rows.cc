#include "data/input_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "base/file.h"
#include "base/json.h"
#include "base/utf8.h"
#include "data/columns.h"
#include "data/lines.h"

namespace partwise::internal {

namespace fs = std::filesystem;

namespace {

std::string lower_extension(const fs::path& path) {
  std::string extension = path.extension().string();
  for (char& c : extension) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return extension;
}

bool is_any_of(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool is_row_of_json(std::string_view text) {
  if (!trim(text).starts_with('{')) return false;
  try {
    parse_json_object(text, "");
    return true;
  } catch (const Error&) {
    return false;
  }
}

/// The first line of a regular file; "" for others, since they can be read only once.
std::string first_line(const fs::path& path) {
  std::error_code ignored;
  if (!fs::is_regular_file(path, ignored)) return "";
  const std::vector<Line> lines = LineReader(path, LineEnds::or_old_mac).next(1);
  return lines.empty() ? "" : lines[0].text;
}

/// Whether `text` is binary: it holds NUL, or it is not UTF-8 and holds control characters that no old encoding uses.
bool is_binary(std::string_view text) {
  if (text.find('\0') != std::string_view::npos) return true;
  const bool has_controls = std::ranges::any_of(text, [](char c) { return c >= 0 && c < '\t'; });
  return has_controls && find_invalid_utf8(text) != std::string_view::npos;
}

}  // namespace

InputRows::InputRows(const fs::path& path, bool jsonl, std::function<void()> check) : name_(source_name(path)) {
  fs::path inner = path;
  const bool is_packed = is_any_of(lower_extension(path), {".gz", ".bz2", ".xz", ".zst"});
  if (is_packed) inner = path.stem();
  kind_ = path == "-" ? "" : lower_extension(inner);
  const bool named_table =
      is_any_of(kind_, {".csv", ".tsv", ".parquet", ".feather", ".arrow", ".xlsx", ".xls", ".ods"});
  is_json_ = is_any_of(kind_, {".jsonl", ".ndjson", ".json"});
  if (named_table || (is_json_ && is_packed) || (kind_ == ".json" && !is_row_of_json(first_line(path)))) {
    read_table(path);
  } else {
    if (jsonl || is_json_) form_ = RowForm::json;
    lines_.emplace(path, LineEnds::or_old_mac, std::move(check));
  }
}

void InputRows::read_table(const fs::path& path) {
  form_ = RowForm::table;
  DataFile table = read_any_rows(path);
  rows_ = std::move(table.rows);
  columns_ = table.columns.empty() ? names_in(rows_) : std::move(table.columns);
}

std::vector<InputRow> InputRows::next(std::size_t max) {
  if (form_ == RowForm::table) return next_of_table(max);
  std::vector<InputRow> rows;
  while (rows.empty()) {
    std::vector<Line> lines = lines_->next(max);
    if (lines.empty()) break;
    if (n_taken_ == 0) check_first(lines[0]);
    n_taken_ += lines.size();
    for (Line& line : lines)
      if (form_ == RowForm::text || !trim(line.text).empty()) rows.push_back({std::move(line), {}});
  }
  return rows;
}

std::vector<InputRow> InputRows::next_of_table(std::size_t max) {
  std::vector<InputRow> rows;
  for (; rows.size() < max && n_taken_ < rows_.size(); ++n_taken_) {
    DataRow& row = rows_[n_taken_];
    Line line{"", row.place};
    rows.push_back({std::move(line), std::move(row)});
  }
  return rows;
}

void InputRows::check_first(const Line& line) const {
  if (is_binary(line.text)) {
    throw Error(ErrorCode::bad_data, fmt::format("{} is no text: its first line holds bytes that no text does", name_),
                "unpack it (zcat FILE), or save it as UTF-8 (iconv -f UTF-16 -t UTF-8)");
  }
  if (form_ == RowForm::text && is_row_of_json(line.text)) {
    throw Error(ErrorCode::usage, fmt::format("{} is a row of JSON, and would be read as a text", line.place),
                {"say that rows are JSON; to classify such a line as it stands, give rows {\"text\": \"...\"}",
                 {Setting::json_rows}});
  }
}

std::optional<double> InputRows::share() const {
  if (form_ != RowForm::table) return lines_->share();
  return rows_.empty() ? std::nullopt
                       : std::optional(static_cast<double>(n_taken_) / static_cast<double>(rows_.size()));
}

}  // namespace partwise::internal
