// A reader fitted on some rows of a run, and how good it is on others.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "analysis/evaluation.h"
#include "readers/reader.h"

namespace partwise {

/// A reader fitted on those rows, with what a reader file says about it.
/// Errors: usage for a name that does not exist, bad_data where it cannot be fitted on them.
ReaderFile fit_kind(std::string_view kind, const Run& run, const FitRows& rows, const ProgressFn& progress = {});

struct FittedAndJudged {
  ReaderFile fitted;
  Evaluation evaluation;  // on the test rows
};
/// The same, judged on `rows.test`. Errors: also bad_data where none of these has a label.
FittedAndJudged fit_and_judge(std::string_view kind, const Run& run, const FitRows& rows,
                              const ProgressFn& progress = {});

/// Why `attempt` cannot be done with these rows: the message of the bad_data that it throws; nothing if it was done.
/// Other errors are thrown on.
std::optional<std::string> refusal_of(const std::function<void()>& attempt);

}  // namespace partwise
