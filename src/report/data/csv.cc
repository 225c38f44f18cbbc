#include "report/data/csv.h"

#include <fmt/format.h>

namespace partwise::internal {

namespace {

std::string csv_cell(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (char c : text) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + "\"";
}

}  // namespace

std::string csv_line(const std::vector<std::string>& cells) {
  std::string line;
  for (const std::string& cell : cells) line += (&cell == &cells.front() ? "" : ",") + csv_cell(cell);
  return line + "\n";
}

std::string csv_number(double value) { return fmt::format("{}", value); }

std::vector<std::string> component_columns() {
  return {"component", "layer", "head", "n", "accuracy", "accuracy_low", "accuracy_high", "label_bias", "kind"};
}

std::vector<std::string> component_cells(const Component& component, const Proportion& accuracy, double label_bias,
                                         ComponentKind kind) {
  return {component_name(component),
          std::to_string(component.layer),
          component.is_mlp() ? "" : std::to_string(component.head),
          std::to_string(accuracy.n),
          csv_number(accuracy.value),
          csv_number(accuracy.low),
          csv_number(accuracy.high),
          csv_number(label_bias),
          to_string(kind)};
}

}  // namespace partwise::internal
