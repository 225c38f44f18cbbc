// Prompts that commands continue or trace, row by row.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "cli/option_list.h"
#include "data/line_reader.h"
#include "session/traced_texts.h"

namespace partwise::internal {

/// A row of a prompt file, or why it cannot be used.
struct TextToTrace {
  AskedText text;
  std::int64_t number = 0;     // of the row among all rows, from 0
  std::optional<Error> error;  // names the row's place
};

/// Rows as they come.
class TextsToTrace {
 public:
  /// `prompts` is a file, "-" standard input, or "" for the only row `only`. `chat` as in read_asked_text().
  TextsToTrace(const std::string& prompts, Json only, const LoadedModel& loaded, std::shared_ptr<const Chat> chat,
               bool with_continuation);

  /// At most `max` rows, without waiting for more than the first. Empty at the end.
  std::vector<TextToTrace> next(std::size_t max);
  /// All rows.
  std::vector<TextToTrace> all();

 private:
  TextToTrace read(const std::string& line, const std::string& place) const;

  std::optional<LineReader> lines_;
  std::optional<Json> only_;
  const LoadedModel& loaded_;
  std::shared_ptr<const Chat> chat_;
  bool with_continuation_;
  std::int64_t n_read_ = 0;
};

}  // namespace partwise::internal
