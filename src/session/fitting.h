// Readers fitted on runs.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "decompose/contributions.h"
#include "decompose/options.h"
#include "readers/reader.h"

namespace partwise::internal {

/// The rows of the run to fit on. If `pool_size` is given, only the first `pool_size` rows of the pool are among them.
/// Errors: bad_data if the pool has fewer.
FitRows rows_to_fit_on(const Run& run, std::optional<std::int64_t> pool_size);

/// What a run holds besides contributions so that the default reader can be fitted on it, in this type.
Stored what_the_default_reads(DType type);

/// Warnings about a fit on `rows` (fit_warnings), and for a kind that reads prompt sets those that it cannot hear
/// (unheard_sets). Empty for a kind that does not learn from the pool.
std::vector<std::string> warnings_of_fit(std::string_view kind, const Run& run, const FitRows& rows);

/// The names of all readers: "best, calib+, comprw, full".
std::string reader_names();

}  // namespace partwise::internal
