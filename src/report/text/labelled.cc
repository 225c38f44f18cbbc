#include "report/text/labelled.h"

#include <fmt/format.h>

#include <algorithm>

#include "report/describe.h"
#include "report/text/text_table.h"

namespace partwise::internal {

namespace {

/// Whether some reader could not be fitted without some of the rows.
bool some_lack_rows(const Expected& expected) {
  return std::ranges::any_of(expected.readers,
                             [&](const JudgedReader& each) { return each.accuracy.n != expected.accuracy.n; });
}

std::string readers_table(const Expected& expected, bool colour, std::size_t width) {
  std::vector<TextColumn> columns;
  for (const char* head : {"reader", "accuracy", "95 % interval", "log loss", "ECE"})
    columns.push_back({columns.empty(), {{head, kDim}}});
  const bool with_rows = some_lack_rows(expected);
  if (with_rows) columns.push_back({false, {{"rows", kDim}}});
  for (const JudgedReader& reader : expected.readers) {
    const bool is_used = reader.name == expected.reader;
    const std::string cells[] = {reader.name + (is_used ? " *" : ""), percent(reader.accuracy.value),
                                 interval(reader.accuracy),           fmt::format("{:.3f}", reader.log_loss),
                                 fmt::format("{:.3f}", reader.ece),   std::to_string(reader.accuracy.n)};
    for (std::size_t k = 0; k < columns.size(); ++k)
      columns[k].cells.push_back({cells[k], is_used ? kBold : std::string_view()});
  }
  return text_table(columns, colour, width);
}

}  // namespace

std::string expected_text(const Expected& expected, bool colour, std::size_t width) {
  if (expected.accuracy.n == 0)
    return folded("no labelled row could be held out, so nobody knows how good the answers are: label more rows\n",
                  width);
  const std::string said = fmt::format(
      "Expect {} of the answers to be right (95 % interval {} %). So many were, of {} labelled rows that were held out "
      "in turn; calibration error {:.3f}. On {} (* the reader that is used):\n",
      percent(expected.accuracy.value), interval(expected.accuracy), expected.accuracy.n, expected.ece,
      some_lack_rows(expected) ? "these rows, or on those without which a reader could be fitted" : "the same rows");
  return folded(said, width) + readers_table(expected, colour, width);
}

}  // namespace partwise::internal
