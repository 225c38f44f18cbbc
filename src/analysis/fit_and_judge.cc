#include "analysis/fit_and_judge.h"

#include <fmt/format.h>

#include <charconv>
#include <string_view>

namespace partwise::internal {

namespace {

/// Readers know no words: their messages say "label 2 (counted from 0)". Here this becomes "label 'positive'".
std::string with_label_word(std::string message, const std::vector<std::string>& words) {
  constexpr std::string_view kBefore = "label ", kAfter = " (counted from 0)";
  const std::size_t after = message.find(kAfter), before = message.rfind(kBefore, after);
  if (after == std::string::npos || before == std::string::npos) return message;
  const std::size_t begin = before + kBefore.size();
  std::size_t label = words.size();
  std::from_chars(message.data() + begin, message.data() + after, label);
  if (label >= words.size()) return message;
  return message.replace(begin, after + kAfter.size() - begin, fmt::format("'{}'", words[label]));
}

}  // namespace

ReaderFile fit_kind(std::string_view kind, const Run& run, const FitRows& rows, const ProgressFn& progress,
                    Calibration calibration) {
  ReaderFile file;
  file.reader = make_reader(kind);
  file.n_layers = run.parts.n_layers();
  file.n_heads = run.parts.n_heads();
  file.label_words = run.label_words();
  file.info = run.info;
  try {
    file.report = file.reader->fit(run.parts, run.labels, rows, progress, calibration);
  } catch (const Error& error) {
    throw Error(error.code(), with_label_word(error.what(), file.label_words), error.advice());
  }
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
