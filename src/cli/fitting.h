// Readers fitted on runs.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/console.h"
#include "decompose/contributions.h"
#include "readers/reader.h"
#include "report/report_input.h"

namespace partwise {

/// The rows of the run to fit on, of its pool the first `pool_size` where one is given. Errors: bad_data where the pool
/// has fewer.
FitRows rows_to_fit_on(const Run& run, std::optional<std::int64_t> pool_size);

/// A reader fitted on those rows, with what a reader file says about it.
/// Errors: usage for a name that does not exist, bad_data where it cannot be fitted on them.
ReaderFile fit_reader(std::string_view kind, const Run& run, const FitRows& rows, const ProgressFn& progress = {});
/// The same, showing how far it is.
ReaderFile fit_reader(std::string_view kind, const Run& run, const FitRows& rows, const Console& console);

/// Prints and returns what is to be said of a fit on those rows (fit_warnings); nothing for a kind that learns from
/// others.
std::vector<std::string> warn_of_fit(const Console& console, std::string_view kind, const Run& run,
                                     const FitRows& rows);

/// Says where what is fitted on the run's pool would be judged on the same rows: it has no split.
void warn_of_judging(const Console& console, const Run& run);

/// The run's test rows: every part, and each kind of reader fitted on the whole pool and judged, in this order.
ReportInput report_on(const Run& run, const std::vector<std::string_view>& kinds);
/// The same with what is said of the model besides: the sum of its parts by depth, and how good the best part would be
/// by luck.
ReportInput full_report_on(const Run& run, const std::vector<std::string_view>& kinds);

/// "24 labelled rows, 310 updates, 100.0 % of the labelled rows right, objective 0.412".
std::string describe_fit(std::string_view kind, const FitReport& fit);

/// {"n_examples", "updates", "train_accuracy", "objective"}
OrderedJson fit_json(const FitReport& fit);

/// The names of all readers: "best, calib+, comprw, full".
std::string reader_names();

}  // namespace partwise
