#include "report/data/csv.h"

#include <fmt/format.h>

namespace partwise::internal {

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
