#include "cli/fit_messages.h"

#include "base/utf8.h"
#include "cli/progress_bar.h"
#include "session/fitting.h"

namespace partwise::internal {

std::vector<std::string> print_fit_warnings(const Console& console, std::string_view kind, const Run& run,
                                            const FitRows& rows) {
  std::vector<std::string> warnings = warnings_of_fit(kind, run, rows);
  for (const std::string& warning : warnings) console.note("warning: " + printable(warning));
  return warnings;
}

void warn_of_judging(const Console& console, const Run& run) {
  if (!run.split.empty()) return;
  console.note("warning: the run has no test rows of its own: readers are judged on the rows that they are fitted on");
}

ReaderFile fit_with_bar(const Console& console, std::string_view kind, const Run& run, const FitRows& rows) {
  ProgressBar bar(console);
  return fit_reader(kind, run, rows, bar.listener().progress);
}

}  // namespace partwise::internal
