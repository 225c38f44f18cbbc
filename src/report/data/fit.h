// Fits and fitted readers, as JSON.
#pragma once

#include <string>
#include <vector>

#include "base/json_fwd.h"
#include "readers/reader.h"

namespace partwise::internal {

/// {"n_examples", "updates", "train_accuracy", "objective"}
OrderedJson fit_json(const FitReport& fit);
/// {"reader", "caveat", all of fit_json, "leans_on": leanings_json, "warnings"}. `warnings` are sentences.
OrderedJson fitted_json(const ReaderFile& file, const std::vector<std::string>& warnings);

}  // namespace partwise::internal
