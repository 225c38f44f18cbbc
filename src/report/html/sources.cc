#include "report/html/sources.h"

#include <fmt/format.h>

#include "report/html/page.h"
#include "report/source_table.h"

namespace partwise::internal {

namespace {

constexpr std::size_t kPageRows = 8;

std::string html_rows(const SourceTable::Lines& lines, std::size_t n_columns, std::string_view heading) {
  std::string rows = fmt::format("<tr class=\"group\"><th colspan=\"{}\">{}</th></tr>\n", n_columns, heading);
  for (const std::vector<std::string>& cells : lines) {
    rows += "<tr>";
    for (const std::string& cell : cells) rows += "<td>" + cell + "</td>";
    rows += "</tr>\n";
  }
  return rows;
}

}  // namespace

std::string sources_section(const ReportInput& input) {
  if (input.sources.empty()) return "";
  const SourceTable table = source_table(input, kPageRows);
  std::string head = "<table><thead><tr>";
  for (const std::string& column : table.columns) head += "<th>" + column + "</th>";
  return R"(<section><h2>Whose label a head copies</h2>
<p>The push of a head is what it adds to its own answer beyond the other labels, in logits, mean over rows. It splits
exactly over where the head attends to: label words of demonstrations with that label, those of others, the
demonstrations’ inputs, the prompt’s own input, and the rest (BOS, instruction). Copying is what all label words together
push to their own labels.</p>
)" +
         scrolling(head + "</tr></thead><tbody>\n" +
                   html_rows(table.copying, table.columns.size(), "Heads that repeat the labels they see") +
                   html_rows(table.best, table.columns.size(), "The best heads") + "</tbody></table>\n") +
         "</section>\n";
}

}  // namespace partwise::internal
