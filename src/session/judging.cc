#include "session/judging.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "base/error.h"
#include "base/file.h"
#include "base/suggest.h"
#include "base/utf8.h"
#include "session/fitting.h"

namespace partwise {

namespace {

constexpr std::string_view kFirst = "full";  // what all others are compared with

std::vector<std::string> kind_names() {
  std::vector<std::string> names;
  for (const ReaderKind& kind : reader_kinds()) names.emplace_back(kind.name);
  return names;
}

Judged judge_kind(std::string_view kind, const Run& run, const FitRows& rows, const Listener& listener) {
  Judged judged{"", fit_reader(kind, run, rows, listener.progress), {}};
  judged.evaluation = evaluate(*judged.fitted.reader, run, rows.test);
  return judged;
}

void refuse_misspelt_kind(const std::string& word) {
  if (is_there(word)) return;
  const std::string match = closest_match(word, kind_names());
  if (match.empty()) return;
  throw Error(ErrorCode::usage, fmt::format("there is no reader '{}' and no file of this name", word),
              fmt::format("did you mean '{}'?", match));
}

}  // namespace

bool is_reader_kind(std::string_view word) {
  return std::any_of(reader_kinds().begin(), reader_kinds().end(),
                     [=](const ReaderKind& kind) { return kind.name == word; });
}

Judged judge(const std::string& kind_or_file, const Run& run, const FitRows& rows, const Listener& listener) {
  if (is_reader_kind(kind_or_file)) return judge_kind(kind_or_file, run, rows, listener);
  refuse_misspelt_kind(kind_or_file);
  Judged judged{kind_or_file, read_reader(kind_or_file), {}};
  check_reader_fits(judged.fitted, run);
  judged.evaluation = evaluate(*judged.fitted.reader, run, rows.test);
  return judged;
}

std::vector<Judged> judge_every_kind(const Run& run, const FitRows& rows, const Listener& listener) {
  std::vector<std::string> names = kind_names();
  std::stable_partition(names.begin(), names.end(), [](const std::string& name) { return name == kFirst; });
  std::vector<Judged> all;
  for (const std::string& name : names) {
    try {
      all.push_back(judge_kind(name, run, rows, listener));
    } catch (const Error& error) {
      if (error.code() != ErrorCode::bad_data || name == kFirst) throw;
      const std::string reason = error.what();  // most begin with the name
      listener.say("left out: " + printable(reason.starts_with(name) ? reason : fmt::format("{}: {}", name, reason)));
    }
  }
  return all;
}

}  // namespace partwise
