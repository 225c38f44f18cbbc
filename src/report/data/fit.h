// What a fit came to, as JSON.
#pragma once

#include "base/json_fwd.h"
#include "readers/reader.h"

namespace partwise {

/// {"n_examples", "updates", "train_accuracy", "objective"}
OrderedJson fit_json(const FitReport& fit);

}  // namespace partwise
