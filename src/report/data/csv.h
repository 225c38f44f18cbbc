// Cells of tables for other programs.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "analysis/analysis.h"

namespace partwise::internal {

/// The shortest decimal that reads back as `value`.
std::string csv_number(double value);

/// How one component classifies: the names of the columns, and their cells. The columns are component, layer, head
/// (empty for an MLP), n, accuracy, accuracy_low, accuracy_high, label_bias, kind.
std::vector<std::string> component_columns();
std::vector<std::string> component_cells(const Component& component, const Proportion& accuracy, double label_bias,
                                         ComponentKind kind);

}  // namespace partwise::internal
