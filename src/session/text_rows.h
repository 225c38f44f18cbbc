// Rows to classify, as prompts.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/json.h"
#include "data/input_rows.h"
#include "prompts/prompts.h"
#include "prompts/too_long.h"
#include "readers/reader.h"
#include "session/loaded_model.h"

namespace partwise {

struct TextRow {
  InputRow input;
  Json id;  // the row's own "id", null where it has none
  Prompt prompt;
  bool is_cut = false;
  std::optional<Error> error;  // why there is no prompt
  bool is_too_long = false;    // that is why
};

/// Makes prompts of the kind that a reader was fitted on.
class TextRows {
 public:
  /// `parse_special`: whether the spelling of a special token in a row becomes that token; nothing: as in the run that
  /// the reader was fitted on. Errors, where no row could be read: usage where a text or a table is read and the reader
  /// was not fitted on a task, or a text and its template has several columns; bad_data where a table lacks one of
  /// them.
  TextRows(const ReaderFile& reader, const InputRows& source, TooLong too_long, const LoadedModel& loaded,
           std::optional<bool> parse_special);

  /// A line of plain text; a row of a table; or a JSON row: the columns of the task, or {"prompt"} or {"ids"} with
  /// "options" or "option_ids" (the task's where there are none). What is wrong with the row alone is in `error`; so it
  /// is where a finished prompt spells a special token, the reader's own rows are text, and nothing says which is
  /// meant.
  TextRow make(InputRow input) const;

 private:
  void check_source(const InputRows& source) const;
  void check_table(const InputRows& source) const;
  void fill(TextRow& row) const;
  Prompt prompt_of(TextRow& row) const;
  Prompt prompt_of_columns(const DataRow& row) const;
  Prompt prompt_of_json(const Json& row, const Line& line) const;
  Prompt finished_prompt(Json row, const Line& line) const;
  void check_means_text(const Prompt& prompt) const;
  void check_labels(const Prompt& prompt) const;
  void fit(TextRow& row) const;

  std::optional<PromptRecipe> recipe_;
  std::vector<std::string> columns_;  // of the recipe's template
  std::vector<std::string> label_words_;
  EncodeOptions::Bos bos_;
  std::optional<bool> parse_finished_;  // special tokens of finished prompts; nothing: there should be none
  bool literal_options_;                // as in Prompt
  RowForm form_;
  TooLong too_long_;
  const LoadedModel& loaded_;
};

}  // namespace partwise
