// Readers fitted on runs and judged on them.
#pragma once

#include <string>
#include <vector>

#include "decompose/contributions.h"
#include "readers/reader.h"

namespace partwise {

/// A reader fitted on the labelled rows of the run's pool, with what a reader file says about it.
/// Errors: usage for a name that does not exist, bad_data where the pool cannot be fitted on.
ReaderFile fit_reader(const std::string& kind, const Run& run);

/// The names of all readers: "best, calib+, comprw, full".
std::string reader_names();

}  // namespace partwise
