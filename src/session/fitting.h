// Readers fitted on runs.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "decompose/contributions.h"
#include "readers/reader.h"

namespace partwise {

/// The rows of the run to fit on, of its pool the first `pool_size` where one is given. Errors: bad_data where the pool
/// has fewer.
FitRows rows_to_fit_on(const Run& run, std::optional<std::int64_t> pool_size);

/// A reader fitted on those rows, with what a reader file says about it.
/// Errors: usage for a name that does not exist, bad_data where it cannot be fitted on them.
ReaderFile fit_reader(std::string_view kind, const Run& run, const FitRows& rows, const ProgressFn& progress = {});

/// What is to be said of a fit on those rows (fit_warnings). Nothing for a kind that does not learn from the pool.
std::vector<std::string> warnings_of_fit(std::string_view kind, const Run& run, const FitRows& rows);

/// The names of all readers: "best, calib+, comprw, full".
std::string reader_names();

}  // namespace partwise
