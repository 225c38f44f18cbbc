// Runs compared with each other, as JSON and CSV.
#pragma once

#include <string>
#include <vector>

#include "base/json_fwd.h"
#include "study/comparison.h"

namespace partwise::internal {

OrderedJson comparison_json(const Comparison& comparison);
OrderedJson groups_json(const std::vector<GroupAgreement>& groups);
/// One line per ordered pair of runs: from, to, relation, correlation, correlation_low, correlation_high, overlap,
/// component, accuracy, best_component, best_accuracy, full_accuracy, chance, n
std::string comparison_csv(const Comparison& comparison);

}  // namespace partwise::internal
