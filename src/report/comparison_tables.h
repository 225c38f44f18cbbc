// Runs beside each other, for a terminal and for other programs.
#pragma once

#include <string>
#include <vector>

#include "base/json_fwd.h"
#include "study/comparison.h"

namespace partwise {

/// The runs with their best parts, means over pairs of one relation, and the best part of each run on the others.
std::string comparison_text(const Comparison& comparison, bool colour);
OrderedJson comparison_json(const Comparison& comparison);
OrderedJson groups_json(const std::vector<GroupAgreement>& groups);
/// A line for each ordered pair: from, to, relation, correlation, correlation_low, correlation_high, overlap,
/// component, accuracy, best_component, best_accuracy, full_accuracy, chance, n
std::string comparison_csv(const Comparison& comparison);

}  // namespace partwise
