#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "base/suggest.h"
#include "experiment/lines.h"
#include "experiment/task.h"

namespace partwise {

namespace {

/// Calls `literal(text)` and `column(name)` for the pieces of a template, in order.
template <class Literal, class Column>
void walk(std::string_view text, Literal literal, Column column) {
  for (;;) {
    const std::size_t open = text.find("{{");
    literal(text.substr(0, open));
    if (open == std::string_view::npos) return;
    const std::size_t close = text.find("}}", open);
    if (close == std::string_view::npos) {
      throw Error(ErrorCode::bad_data, fmt::format("'{}' opens a column with {{{{ and does not close it", text),
                  "write {{column}}");
    }
    column(trim(text.substr(open + 2, close - open - 2)));
    text.remove_prefix(close + 2);
  }
}

std::vector<std::string> column_names(const DataRow& row) {
  std::vector<std::string> names;
  for (const auto& [name, value] : row.fields) names.push_back(name);
  return names;
}

const std::string& value_of(const DataRow& row, std::string_view column) {
  const auto field = row.fields.find(std::string(column));
  if (field != row.fields.end()) return field->second;
  throw Error(ErrorCode::bad_data, fmt::format("{}: no column '{}'", row.place, column),
              suggestion_hint(column, column_names(row)));
}

}  // namespace

std::string fill_template(std::string_view text, const DataRow& row, std::vector<TextSpan>* values) {
  std::string filled;
  walk(
      text, [&](std::string_view literal) { filled += literal; },
      [&](std::string_view column) {
        const std::size_t begin = filled.size();
        filled += value_of(row, column);
        if (values) values->push_back({begin, filled.size()});
      });
  return filled;
}

std::vector<std::string> template_columns(std::string_view text) {
  std::vector<std::string> columns;
  auto refuse_statements = [](std::string_view literal) {
    if (literal.find("{%") == std::string_view::npos) return;
    throw Error(ErrorCode::bad_data, "Jinja statements ({% ... %}) are not supported",
                "a template is text with {{column}} in it");
  };
  auto add = [&](std::string_view column) {
    if (column.empty()) throw Error(ErrorCode::bad_data, "{{ }} names no column", "write {{column}}");
    if (std::find(columns.begin(), columns.end(), column) == columns.end()) columns.emplace_back(column);
  };
  walk(text, refuse_statements, add);
  return columns;
}

}  // namespace partwise
