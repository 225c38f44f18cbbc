#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "prompts/placeholder.h"
#include "prompts/task.h"

namespace partwise::internal {

namespace {

/// Calls `literal(text)` and `column(placeholder)` for the pieces of a template, in order.
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
    column(parse_placeholder(text.substr(open + 2, close - open - 2)));
    text.remove_prefix(close + 2);
  }
}

}  // namespace

std::string fill_template(std::string_view text, const DataRow& row, std::vector<TextSpan>* values) {
  std::string filled;
  walk(
      text, [&](std::string_view literal) { filled += literal; },
      [&](const Placeholder& column) {
        const std::size_t begin = filled.size();
        filled += column.value_in(row);
        if (values) values->push_back({begin, filled.size()});
      });
  return filled;
}

std::vector<std::string> template_columns(std::string_view text) {
  std::vector<std::string> columns;
  auto add = [&](const Placeholder& placeholder) {
    if (std::ranges::find(columns, placeholder.column) == columns.end()) columns.push_back(placeholder.column);
  };
  walk(text, refuse_statements, add);
  return columns;
}

std::string plain_column(std::string_view text) {
  bool plain = true;
  std::string column;
  const auto look = [&](const Placeholder& placeholder) {
    plain = plain && !placeholder.stripped && is_plain_word(placeholder.column) &&
            (column.empty() || column == placeholder.column);
    column = placeholder.column;
  };
  walk(text, refuse_statements, look);
  return plain ? column : std::string();
}

}  // namespace partwise::internal
