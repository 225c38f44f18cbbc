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

namespace partwise::internal {

struct TextRow {
  InputRow input;
  Json id;  // the row's own "id"; null if it has none
  Prompt prompt;
  std::vector<Prompt> other_prompts;  // of the other prompt sets that the reader reads (PromptSet::other_sets)
  bool is_cut = false;
  std::optional<Error> error;  // why there is no prompt
  bool is_too_long = false;    // for the model's context, before any cut
  std::int64_t example = -1;   // of decompose_rows(); -1: it was not decomposed
};

/// How many prompt sets the reader reads of a row: 1 unless its kind reads several and its run had several.
std::int64_t n_sets_read(const ReaderFile& reader);

/// Makes prompts of the kind that a reader was fitted on.
class TextRows {
 public:
  /// `parse_special`: whether the spelling of a special token in a row becomes that token; nullopt: as in the run that
  /// the reader was fitted on. Errors that would hold for every row: usage if rows are text or of a table and the
  /// reader was not fitted on a task; usage if they are text and the reader's template has several columns.
  TextRows(const ReaderFile& reader, RowForm form, TooLong too_long, const LoadedModel& loaded,
           std::optional<bool> parse_special);
  /// The same for rows of `source`. Errors: also bad_data if it is a table that lacks a column of the template.
  TextRows(const ReaderFile& reader, const InputRows& source, TooLong too_long, const LoadedModel& loaded,
           std::optional<bool> parse_special);

  /// `input` is a line of plain text, a row of a table, or a JSON row. A JSON row holds the task's columns, or
  /// {"prompt"} or {"ids"} with "options" or "option_ids" (the task's, if the row has none). An error of this row alone
  /// is stored in `error`. That includes a finished prompt that spells a special token although the reader's own rows
  /// are text, if nothing says which is meant, and any finished prompt if the reader reads several prompt sets.
  TextRow make(InputRow input) const;

 private:
  void read_other_recipes(const ReaderFile& reader);
  void check_form() const;
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
  std::vector<PromptRecipe> other_recipes_;  // of the other prompt sets that the reader reads
  std::vector<std::string> columns_;         // of the recipe's template
  std::vector<std::string> label_words_;
  EncodeOptions::Bos bos_;
  std::optional<bool> parse_finished_;  // special tokens in finished prompts; nullopt: there should be none
  bool literal_options_;                // as in Prompt
  RowForm form_;
  TooLong too_long_;
  const LoadedModel& loaded_;
};

}  // namespace partwise::internal
