// Prompt sets that a reader of several sets cannot be fitted on.
#pragma once

#include <string>
#include <vector>

#include "readers/reader.h"

namespace partwise::internal {

/// A sentence for each prompt set of the run that cannot be used for a fit on `rows`: which set, why, and which sets
/// answers hear instead. A set is fitted on the labelled rows that its prompts do not show. So it cannot be used if one
/// of those rows is missing for a label, or if it shows a row that is not among the labelled ones (docs/readers.md,
/// section committee). Empty if `run` has one set.
std::vector<std::string> unheard_sets(const Run& run, const FitRows& rows);

}  // namespace partwise::internal
