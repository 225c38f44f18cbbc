// The checkpoints of a training run, as JSON.
#pragma once

#include <string>

#include "base/json_fwd.h"
#include "session/findings.h"

namespace partwise::internal {

/// {"series": FORM, "checkpoints": [{"label", "name", "commit", "path", "usable", "refused"}]}
OrderedJson series_json(const std::string& form, const SeriesFindings& all);

}  // namespace partwise::internal
