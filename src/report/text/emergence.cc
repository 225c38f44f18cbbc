#include "report/text/emergence.h"

#include <fmt/format.h>

#include "base/utf8.h"
#include "report/describe.h"
#include "report/text/text_table.h"

namespace partwise::internal {

namespace {

constexpr std::string_view kNotes =
    "The best part is chosen on the same rows: where it does not exceed what the best is by luck (95th percentile "
    "over shuffled labels), it tells nothing. 5 % to 95 %: below this lies the accuracy of that share of all parts. "
    "r: Pearson correlation of the accuracies of all parts with those of the last checkpoint; top 5: overlap of the "
    "best five with its best five (intersection over union).\n";

std::string tenth(double share) { return fmt::format("{:.1f}", 100 * share); }

std::vector<std::string> text_cells(const EmergencePoint& p) {
  std::vector<std::string> cells = {printable(p.checkpoint), percent(p.full.value),    interval(p.full),
                                    component_name(p.best),  percent(p.best_accuracy), tenth(p.best_by_chance)};
  for (double q : p.quantiles) cells.push_back(tenth(q));
  cells.push_back(fmt::format("{:.2f}", p.correlation));
  cells.push_back(fmt::format("{:.2f}", p.overlap));
  return cells;
}

}  // namespace

std::string emergence_text(const Emergence& emergence, bool colour, std::size_t width) {
  std::vector<TextColumn> columns;
  for (const char* head : {"checkpoint", "full model", "95 % interval", "best part", "accuracy", "by luck", "5 %",
                           "25 %", "50 %", "75 %", "95 %", "r", "top 5"})
    columns.push_back({columns.empty(), {{head, "2"}}});
  for (const EmergencePoint* point : emergence.all()) {
    const std::vector<std::string> cells = text_cells(*point);
    for (std::size_t c = 0; c < cells.size(); ++c) columns[c].cells.push_back({cells[c], c == 1 ? "1" : ""});
  }
  const EmergencePoint& last = emergence.points.back();
  return text_table(columns, colour, width) +
         fmt::format("{} parts, {} test rows, chance {}.\n", last.accuracies.size(), last.full.n,
                     percent(last.chance)) +
         folded(kNotes, width);
}

}  // namespace partwise::internal
