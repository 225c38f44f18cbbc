#include "labelling/table.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "data/columns.h"
#include "data/lines.h"
#include "data/table_line.h"

namespace partwise::internal {

namespace {

constexpr const char* kByteOrderMark = "\xEF\xBB\xBF";  // spreadsheets take UTF-8 for something else without it

/// Rows that stand on one line of a file have one place: their number tells them apart.
void tell_apart(std::vector<DataRow>& rows) {
  std::map<std::string, std::size_t> n_at;
  for (const DataRow& row : rows) ++n_at[row.place];
  for (std::size_t i = 0; i < rows.size(); ++i)
    if (n_at[rows[i].place] > 1) rows[i].place += fmt::format(", row {}", i + 1);
}

std::string cell_text(const Json& cell) {
  if (cell.is_null()) return "";
  return cell.is_string() ? cell.get<std::string>() : cell.dump();
}

/// The cells of a row of a table with a header, without those of an earlier run.
std::vector<std::string> own_cells(const Table& table, const DataRow& row) {
  std::vector<std::string> cells;
  auto unnamed = row.unnamed.begin();
  for (const std::string& column : table.columns) {
    if (is_added_column(column)) continue;
    const auto field = row.fields.find(column);
    const bool has_name = field != row.fields.end();
    cells.push_back(has_name ? field->second : column.empty() ? *unnamed++ : "");
  }
  return cells;
}

std::string with_header(const Table& table, const std::vector<NewColumn>& added) {
  const FileForm& form = table.form;
  const auto line = [&](const std::vector<std::string>& cells) {
    return form.kind == TableForm::tsv ? tsv_line(cells) : csv_line(cells, form.separator);
  };
  std::vector<std::string> header;
  std::ranges::copy_if(table.columns, std::back_inserter(header),
                       [](const std::string& name) { return !is_added_column(name); });
  for (const NewColumn& column : added) header.push_back(column.name);
  std::string text = form.has_mark ? kByteOrderMark : "";
  if (form.names_separator) text += fmt::format("sep={}\n", form.separator);
  text += line(header);
  for (std::size_t i = 0; i < table.rows.size(); ++i) {
    std::vector<std::string> cells = own_cells(table, table.rows[i]);
    for (const NewColumn& column : added) cells.push_back(cell_text(column.cells[i]));
    text += line(cells);
  }
  return text;
}

std::string dumped(const OrderedJson& json) { return json.dump(-1, ' ', false, OrderedJson::error_handler_t::replace); }

/// The row's text on one line, without members of an earlier run. If it has none it stays as it was read, to the digits
/// of its numbers.
std::string own_text(const DataRow& row) {
  OrderedJson json = OrderedJson::parse(row.json);
  const std::size_t n_before = json.size();
  for (const char* name : kAddedColumns) json.erase(name);
  const bool stays = json.size() == n_before && row.json.find('\n') == std::string::npos;
  return stays ? std::string(trim(row.json)) : dumped(json);
}

/// The row with what is added behind its own members.
std::string json_row(const DataRow& row, std::size_t i, const std::vector<NewColumn>& added) {
  OrderedJson members = OrderedJson::object();
  for (const NewColumn& column : added) members[column.name] = column.cells[i];
  const std::string own = own_text(row);
  if (members.empty()) return own;
  const std::string_view before = trim(std::string_view(own).substr(0, own.size() - 1));  // without the last brace
  return fmt::format("{}{}{}", before, before == "{" ? "" : ",", std::string_view(dumped(members)).substr(1));
}

std::string as_json(const Table& table, const std::vector<NewColumn>& added) {
  const bool is_list = table.form.kind == TableForm::json_list;
  std::string text = is_list ? "[\n" : "";
  for (std::size_t i = 0; i < table.rows.size(); ++i) {
    const bool is_last = i + 1 == table.rows.size();
    text += json_row(table.rows[i], i, added) + (is_list && !is_last ? ",\n" : "\n");
  }
  return is_list ? text + "]\n" : text;
}

}  // namespace

bool is_added_column(const std::string& name) { return std::ranges::count(kAddedColumns, name) > 0; }

bool Table::has_column(const std::string& column) const { return std::ranges::find(columns, column) != columns.end(); }

Table read_table(const std::filesystem::path& path) {
  DataFile file = read_data_file(path);
  Table table{file.form, source_name(path), std::move(file.columns), std::move(file.rows), std::move(file.notes)};
  if (table.columns.empty()) table.columns = names_in(table.rows);
  tell_apart(table.rows);
  return table;
}

std::string table_text(const Table& table, const std::vector<NewColumn>& added) {
  const bool is_json = table.form.kind == TableForm::json_lines || table.form.kind == TableForm::json_list;
  return is_json ? as_json(table, added) : with_header(table, added);
}

}  // namespace partwise::internal
