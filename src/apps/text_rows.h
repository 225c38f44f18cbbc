// Rows to classify, as prompts.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "apps/line_reader.h"
#include "apps/loaded_model.h"
#include "base/json.h"
#include "experiment/prompts.h"
#include "readers/reader.h"

namespace partwise {

struct TextRow {
  Prompt prompt;
  Json id;           // the row's own "id", null where it has none
  std::string text;  // the line, where it was plain text
};

/// Makes prompts of the kind that a reader was fitted on.
class TextRows {
 public:
  /// `parse_special`: whether the spelling of a special token in a row becomes that token; nothing: as in the run that
  /// the reader was fitted on. Errors: usage where plain text is read and the reader was not fitted on a task.
  TextRows(const ReaderFile& reader, bool jsonl, const LoadedModel& loaded, std::optional<bool> parse_special);

  /// A line of plain text, or a JSON row: the columns of the task, or {"prompt"} or {"ids"} with "options" or
  /// "option_ids" (the task's where there are none). Errors: bad_data naming the line; also where a finished prompt
  /// spells a special token, the reader's own rows are text, and nothing says which of both is meant.
  TextRow make(const Line& line) const;

 private:
  Prompt prompt_of(const Json& row, const Line& line) const;
  Prompt finished_prompt(Json row, const Line& line) const;
  PromptSet tokenized(Prompt prompt) const;
  void check_means_text(const Prompt& prompt) const;
  void check_labels(const Prompt& prompt) const;

  std::optional<PromptRecipe> recipe_;
  std::vector<std::string> label_words_;
  EncodeOptions::Bos bos_;
  std::optional<bool> parse_finished_;  // special tokens of finished prompts; nothing: there should be none
  bool literal_options_;                // as in Prompt
  bool jsonl_;
  const LoadedModel& loaded_;
};

}  // namespace partwise
