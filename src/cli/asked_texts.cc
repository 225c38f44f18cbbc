#include "cli/asked_texts.h"

#include <fmt/format.h>

#include <utility>

#include "base/json.h"
#include "cli/interrupt.h"
#include "data/lines.h"

namespace partwise::internal {

TextsToTrace::TextsToTrace(const std::string& prompts, Json only, const LoadedModel& loaded,
                           std::shared_ptr<const Chat> chat, bool with_continuation)
    : loaded_(loaded), chat_(std::move(chat)), with_continuation_(with_continuation) {
  if (prompts.empty())
    only_ = std::move(only);
  else
    lines_.emplace(prompts, LineEnds::newline, throw_if_interrupted);
}

std::vector<TextToTrace> TextsToTrace::next(std::size_t max) {
  if (!lines_) {
    if (!only_) return {};
    const Json row = *std::exchange(only_, std::nullopt);
    return {{read_asked_text(JsonPart(row, "", ""), loaded_, chat_.get(), with_continuation_), 0, std::nullopt}};
  }
  std::vector<TextToTrace> rows;
  while (rows.empty()) {
    const std::vector<Line> lines = lines_->next(max);
    if (lines.empty()) break;
    for (const Line& line : lines)
      if (!trim(line.text).empty()) {
        rows.push_back(read(line.text, line.place));
        rows.back().number = n_read_++;
      }
  }
  return rows;
}

std::vector<TextToTrace> TextsToTrace::all() {
  std::vector<TextToTrace> rows;
  for (auto some = next(1024); !some.empty(); some = next(1024))
    rows.insert(rows.end(), std::make_move_iterator(some.begin()), std::make_move_iterator(some.end()));
  return rows;
}

TextToTrace TextsToTrace::read(const std::string& line, const std::string& place) const {
  const auto fail = [&](const Error& error, const std::string& what) {
    if (error.code() != ErrorCode::bad_data) throw Error(error.code(), what, error.advice());
    return TextToTrace{{}, 0, Error(error.code(), what, error.advice())};
  };
  Json row;
  try {
    row = parse_json_object(line, place);
  } catch (const Error& error) {
    return fail(error, error.what());
  }
  try {
    return {read_asked_text(JsonPart(row, "", ""), loaded_, chat_.get(), with_continuation_), 0, std::nullopt};
  } catch (const Error& error) {
    return fail(error, fmt::format("{}: {}", place, error.what()));
  }
}

}  // namespace partwise::internal
