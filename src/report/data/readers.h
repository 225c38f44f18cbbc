// Readers judged on the test rows of a run, as JSON.
#pragma once

#include <string>
#include <vector>

#include "base/json_fwd.h"
#include "prompts/warning.h"
#include "session/judging.h"

namespace partwise::internal {

/// One reader. `warnings` are those of the run.
OrderedJson judgement_json(const Judged& judged, const std::vector<Warning>& warnings);
/// A list of readers. Each also has its "fit", and its differences from the first reader (null for the first itself).
OrderedJson judgements_json(const std::vector<Judged>& all, const std::vector<Warning>& warnings);

}  // namespace partwise::internal
