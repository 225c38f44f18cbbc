#include "report/emergence_tables.h"

#include <fmt/format.h>

#include "base/json.h"
#include "base/utf8.h"
#include "report/data/csv.h"
#include "report/describe.h"
#include "report/text/text_table.h"

namespace partwise {

namespace {

constexpr std::string_view kNotes =
    "The best part is chosen on the same rows: where it does not exceed what the best is by luck (95th percentile\n"
    "over shuffled labels), it tells nothing. 5 % to 95 %: below this lies the accuracy of that share of all parts.\n"
    "r: Pearson correlation of the accuracies of all parts with those of the last checkpoint; top 5: overlap of the\n"
    "best five with its best five (intersection over union).\n";

/// The points, then the control, where there is one.
std::vector<const EmergencePoint*> all_points(const Emergence& emergence) {
  std::vector<const EmergencePoint*> all;
  for (const EmergencePoint& point : emergence.points) all.push_back(&point);
  if (emergence.control) all.push_back(&*emergence.control);
  return all;
}

std::string tenth(double share) { return fmt::format("{:.1f}", 100 * share); }

std::vector<std::string> text_cells(const EmergencePoint& p) {
  std::vector<std::string> cells = {printable(p.checkpoint), percent(p.full.value),    interval(p.full),
                                    component_name(p.best),  percent(p.best_accuracy), tenth(p.best_by_chance)};
  for (double q : p.quantiles) cells.push_back(tenth(q));
  cells.push_back(fmt::format("{:.2f}", p.correlation));
  cells.push_back(fmt::format("{:.2f}", p.overlap));
  return cells;
}

OrderedJson point_json(const EmergencePoint& p) {
  return {{"checkpoint", p.checkpoint},
          {"step", p.step ? OrderedJson(*p.step) : OrderedJson()},
          {"n", p.full.n},
          {"accuracy", p.full.value},
          {"accuracy_low", p.full.low},
          {"accuracy_high", p.full.high},
          {"chance", p.chance},
          {"best_component", component_name(p.best)},
          {"best_accuracy", p.best_accuracy},
          {"best_by_chance", p.best_by_chance},
          {"quantiles", p.quantiles},
          {"correlation", p.correlation},
          {"overlap", p.overlap},
          {"accuracies", p.accuracies}};
}

std::vector<std::string> csv_cells(const EmergencePoint& p) {
  std::vector<std::string> cells = {p.checkpoint, p.step ? std::to_string(*p.step) : "", std::to_string(p.full.n)};
  for (double value : {p.full.value, p.full.low, p.full.high, p.chance}) cells.push_back(csv_number(value));
  cells.push_back(component_name(p.best));
  for (double value : {p.best_accuracy, p.best_by_chance}) cells.push_back(csv_number(value));
  for (double value : p.quantiles) cells.push_back(csv_number(value));
  for (double value : {p.correlation, p.overlap}) cells.push_back(csv_number(value));
  return cells;
}

}  // namespace

std::string emergence_text(const Emergence& emergence, bool colour) {
  std::vector<TextColumn> columns;
  for (const char* head : {"checkpoint", "full model", "95 % interval", "best part", "accuracy", "by luck", "5 %",
                           "25 %", "50 %", "75 %", "95 %", "r", "top 5"})
    columns.push_back({columns.empty(), {{head, "2"}}});
  for (const EmergencePoint* point : all_points(emergence)) {
    const std::vector<std::string> cells = text_cells(*point);
    for (std::size_t c = 0; c < cells.size(); ++c) columns[c].cells.push_back({cells[c], c == 1 ? "1" : ""});
  }
  const EmergencePoint& last = emergence.points.back();
  return text_table(columns, colour) +
         fmt::format("{} parts, {} test rows, chance {}.\n", last.accuracies.size(), last.full.n,
                     percent(last.chance)) +
         std::string(kNotes);
}

OrderedJson emergence_json(const Emergence& emergence) {
  OrderedJson checkpoints = OrderedJson::array();
  for (const EmergencePoint& point : emergence.points) checkpoints.push_back(point_json(point));
  return {{"checkpoints", checkpoints},
          {"control", emergence.control ? point_json(*emergence.control) : OrderedJson()},
          {"warnings", warnings_json(emergence.points.back().warnings)}};
}

std::string emergence_csv(const Emergence& emergence) {
  std::string csv =
      csv_line({"checkpoint", "step", "n", "accuracy", "accuracy_low", "accuracy_high", "chance", "best_component",
                "best_accuracy", "best_by_chance", "q05", "q25", "q50", "q75", "q95", "correlation", "overlap"});
  for (const EmergencePoint* point : all_points(emergence)) csv += csv_line(csv_cells(*point));
  return csv;
}

}  // namespace partwise
