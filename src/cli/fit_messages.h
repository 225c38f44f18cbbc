// Messages of commands about fits.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/console.h"
#include "cli/option_list.h"
#include "readers/reader.h"

namespace partwise::internal {

/// Prints the warnings of warnings_of_fit and returns them.
std::vector<std::string> print_fit_warnings(const Console& console, std::string_view kind, const Run& run,
                                            const FitRows& rows);

/// default_reader, with a note if it is not the usual one.
std::string default_reader_for(const Console& console, const Run& run);

/// Warns if the run has no split: readers are then judged on the rows that they are fitted on.
void warn_of_judging(const Console& console, const Run& run);

/// Adds --no-calibration.
void add_calibration_option(OptionList& options, bool& without);

/// Adds --sets, which has read_run_of use fewer prompt sets than the run has.
void add_run_sets_option(OptionList& options, std::optional<std::int64_t>& sets);
/// Errors: those of read_run and with_sets.
Run read_run_of(const std::string& path, const std::optional<std::int64_t>& sets);

/// fit_kind with a progress bar.
ReaderFile fit_with_bar(const Console& console, std::string_view kind, const Run& run, const FitRows& rows,
                        Calibration calibration = Calibration::on);

}  // namespace partwise::internal
