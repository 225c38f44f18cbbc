#include "report/data/emergence.h"

#include "base/json.h"
#include "data/table_line.h"
#include "report/data/csv.h"

namespace partwise::internal {

namespace {

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
  for (const EmergencePoint* point : emergence.all()) csv += csv_line(csv_cells(*point));
  return csv;
}

}  // namespace partwise::internal
