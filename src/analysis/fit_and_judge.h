// A reader fitted on some rows of a run, and how good it is on others.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "analysis/evaluation.h"
#include "base/error.h"
#include "readers/reader.h"

namespace partwise::internal {

/// Fits a reader on `rows`. The result is all that a reader file holds.
/// Errors: usage if `kind` does not exist, bad_data if it cannot be fitted on the rows; a label without enough rows is
/// named by its word.
ReaderFile fit_kind(std::string_view kind, const Run& run, const FitRows& rows, const ProgressFn& progress = {},
                    Calibration calibration = Calibration::on);

struct FittedAndJudged {
  ReaderFile fitted;
  Evaluation evaluation;  // on the test rows
};
/// Also judges the reader on `rows.test`. Errors: those of fit_kind; bad_data if none of these rows has a label.
FittedAndJudged fit_and_judge(std::string_view kind, const Run& run, const FitRows& rows,
                              const ProgressFn& progress = {}, Calibration calibration = Calibration::on);

/// Calls `attempt`. If it throws bad_data, returns the error: why it cannot be done with these rows, and what may help.
/// nullopt if it was done. Other errors are passed on.
std::optional<Error> error_if_refused(const std::function<void()>& attempt);

}  // namespace partwise::internal
