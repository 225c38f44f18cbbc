#include "cli/fit_messages.h"

#include <fmt/format.h>

#include <utility>

#include "analysis/fit_and_judge.h"
#include "base/utf8.h"
#include "cli/progress_bar.h"
#include "decompose/run_file.h"
#include "prompts/prompt_sets.h"
#include "session/fitting.h"
#include "session/run_sets.h"

namespace partwise::internal {

std::vector<std::string> print_fit_warnings(const Console& console, std::string_view kind, const Run& run,
                                            const FitRows& rows) {
  std::vector<std::string> warnings = warnings_of_fit(kind, run, rows);
  for (const std::string& warning : warnings) console.note("warning: " + printable(warning));
  return warnings;
}

std::string default_reader_for(const Console& console, const Run& run) {
  const std::string_view kind = default_reader(run.parts);
  if (kind != kDefaultReader)
    console.note(
        fmt::format("note: the run does not hold both hidden states and z, so {} is fitted instead of {}: "
                    "partwise decompose --store hidden,z stores them",
                    kind, kDefaultReader));
  return std::string(kind);
}

void warn_of_judging(const Console& console, const Run& run) {
  if (!run.split.empty()) return;
  console.note("warning: the run has no test rows of its own: readers are judged on the rows that they are fitted on");
}

void add_calibration_option(OptionList& options, bool& without) {
  options.flag("--no-calibration", without,
               "leave probabilities as the fit has them; otherwise readers that can be calibrated are as sure as they "
               "were right on labelled rows that were left out. Answers are the same");
}

void add_run_sets_option(OptionList& options, std::optional<std::int64_t>& sets) {
  options
      .option(
          "--sets", sets,
          "hear only so many of the run's prompt sets: 1, its own prompts; 2, those without demonstrations as well; "
          "and so on (default: all). A reader costs as many passes over a text as it hears sets")
      .type_name("N")
      .range(1, kMostSets);
}

Run read_run_of(const std::string& path, const std::optional<std::int64_t>& sets) {
  Run run = read_run(path);
  return sets ? with_sets(std::move(run), *sets) : run;
}

ReaderFile fit_with_bar(const Console& console, std::string_view kind, const Run& run, const FitRows& rows,
                        Calibration calibration) {
  ProgressBar bar(console);
  return fit_kind(kind, run, rows, bar.listener().progress, calibration);
}

}  // namespace partwise::internal
