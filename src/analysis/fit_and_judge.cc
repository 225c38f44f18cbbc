#include "analysis/fit_and_judge.h"

#include "analysis/fit_warnings.h"

namespace partwise::internal {

ReaderFile fit_kind(std::string_view kind, const Run& run, const FitRows& rows, const ProgressFn& progress,
                    Calibration calibration) {
  check_every_label(kind, run, rows);
  ReaderFile file;
  file.reader = make_reader(kind);
  file.n_layers = run.parts.n_layers();
  file.n_heads = run.parts.n_heads();
  file.label_words = run.label_words();
  file.info = run.info;
  file.report = file.reader->fit(run.parts, run.labels, rows, progress, calibration);
  return file;
}

FittedAndJudged fit_and_judge(std::string_view kind, const Run& run, const FitRows& rows, const ProgressFn& progress,
                              Calibration calibration) {
  FittedAndJudged result{fit_kind(kind, run, rows, progress, calibration), {}};
  result.evaluation = evaluate(*result.fitted.reader, run, rows.test);
  return result;
}

std::optional<Error> error_if_refused(const std::function<void()>& attempt) {
  try {
    attempt();
  } catch (const Error& error) {
    if (error.code() != ErrorCode::bad_data) throw;
    return error;
  }
  return std::nullopt;
}

}  // namespace partwise::internal
