#include "session/judging.h"

#include <fmt/format.h>

#include <filesystem>
#include <utility>

#include "analysis/fit_and_judge.h"
#include "base/error.h"
#include "base/file.h"
#include "base/suggest.h"
#include "base/utf8.h"
#include "session/other_prompts.h"

namespace partwise::internal {

namespace {

std::vector<std::string> kind_names() {
  std::vector<std::string> names;
  for (const ReaderKind& kind : reader_kinds()) names.emplace_back(kind.name);
  return names;
}

Judged judge_kind(std::string_view kind, const Run& run, const FitRows& rows, const Listener& listener,
                  Calibration calibration) {
  auto [fitted, evaluation] = fit_and_judge(kind, run, rows, listener.progress, calibration);
  return {"", std::move(fitted), std::move(evaluation)};
}

void refuse_misspelt_kind(const std::string& word) {
  if (is_there(word)) return;
  const std::string match = closest_match(word, kind_names());
  if (match.empty()) return;
  throw Error(ErrorCode::usage, fmt::format("there is no reader '{}' and no file of this name", word),
              fmt::format("did you mean '{}'?", match));
}

void say_left_out(const std::string& kind, const Error& refusal, const Listener& listener) {
  const std::string_view why = refusal.what();
  const std::string named = why.starts_with(kind) ? std::string(why) : fmt::format("{}: {}", kind, why);
  listener.say("left out: " + printable(named), refusal.remedies());
}

void say_other_prompts(const Judged& judged, const Run& run, const Listener& listener) {
  const std::string difference = other_prompts(judged.fitted.info, run.info);
  if (difference.empty()) return;
  listener.say("note: " + printable(fmt::format("{} was fitted on other prompts: {}", judged.file, difference)));
}

}  // namespace

bool is_reader_kind(std::string_view word) { return find_reader_kind(word) != nullptr; }

Judged judge(const std::string& kind_or_file, const Run& run, const FitRows& rows, const Listener& listener,
             Calibration calibration) {
  if (is_reader_kind(kind_or_file)) return judge_kind(kind_or_file, run, rows, listener, calibration);
  refuse_misspelt_kind(kind_or_file);
  Judged judged{kind_or_file, read_reader(kind_or_file), {}};
  if (calibration == Calibration::off) judged.fitted.reader->set_temperatures({});
  check_reader_fits(judged.fitted, run);
  say_other_prompts(judged, run, listener);
  judged.evaluation = evaluate(*judged.fitted.reader, run, rows.test);
  return judged;
}

std::vector<Judged> judge_every_kind(const Run& run, const FitRows& rows, const Listener& listener,
                                     Calibration calibration) {
  std::vector<Judged> all;
  all.push_back(judge_kind(kFullModel, run, rows, listener, calibration));
  for (const std::string& name : kind_names()) {
    if (name == kFullModel) continue;
    const auto refusal = error_if_refused([&] { all.push_back(judge_kind(name, run, rows, listener, calibration)); });
    if (refusal) say_left_out(name, *refusal, listener);
  }
  return all;
}

}  // namespace partwise::internal
