// Readers judged on the test rows of a run, as JSON.
#pragma once

#include <string>
#include <vector>

#include "base/json_fwd.h"
#include "session/judging.h"

namespace partwise {

OrderedJson judgement_json(const Judged& judged);
/// A list of the same, with what is said of fits and pairs; null for the first reader, which has no pair.
OrderedJson comparison_json(const std::vector<Judged>& all);

}  // namespace partwise
