// A classification task: how a row becomes a prompt and which words are its labels. It is written in YAML, with the
// keys of lm-evaluation-harness if they mean the same (docs/tasks.md).
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "data/data.h"
#include "prompts/row_program.h"
#include "tokenizer/tokenizer.h"

namespace partwise::internal {

/// One wording of a task.
struct PromptTemplate {
  std::string name = "default";
  std::string minimal_pair_of;  // name of the template that this one differs from by a character or so, or ""
  std::string description;      // instruction before the demonstrations; a blank line follows unless empty
  std::string doc_to_text;      // "Review: {{text}}\nSentiment:"
  std::vector<std::string> doc_to_choice;  // label words, in the order of Task::labels
  std::string target_delimiter = " ";      // between the text and the label word
  std::string fewshot_delimiter = "\n";    // after a demonstration's label word

  /// The label word of label y, 0 <= y < n_labels, as it follows the text: " positive".
  std::string option(std::int64_t y) const { return target_delimiter + doc_to_choice[static_cast<std::size_t>(y)]; }
  std::vector<std::string> options() const;
};

struct Task {
  std::string name;
  std::string doc_to_target;                    // the column that holds the label
  std::vector<std::string> labels;              // its values, at least two; none yet, if each row has its own words
  std::vector<PromptTemplate> templates;        // at least one
  std::string ood_of;                           // the task that this one is out of distribution for, or ""
  std::filesystem::path train_file, test_file;  // from YAML, relative to its folder; empty if not given
  bool labels_are_words = false;                // `labels` are the words of doc_to_choice: the file had none
  std::optional<RowProgram> program;            // what is computed with Jinja; doc_to_text is empty then
  std::vector<std::string> notes;               // notes on the file, each a sentence after "note: "

  std::int64_t n_labels() const { return static_cast<std::int64_t>(labels.size()); }
};

/// Loads a built-in task by its name, or a YAML file. Errors: usage (unknown name, with a suggestion), missing_input,
/// bad_data (naming key and line; all unknown keys are named at once). Keys of lm-evaluation-harness that change no
/// prompt are skipped with a note.
Task load_task(const std::string& name_or_file);
/// Parses a task's YAML; `source` names it in errors. Errors: bad_data.
/// Files that it includes are looked for in `folder`; none may be included if it is empty.
Task parse_task(std::string_view yaml, std::string_view source, const std::filesystem::path& folder = {});
/// If each row has its own label words, labels are their places, "0", "1", ...: as many as the first row has. Errors:
/// those of RowProgram::choices_of.
void count_choices(Task& task, const std::vector<DataRow>& rows);
/// The names of the built-in tasks (the files of tasks/), sorted.
std::vector<std::string> builtin_task_names();

/// Replaces each `{{column}}` by the row's value (placeholder.h). Braces in a value stay text. If `values` is given, it
/// gets the place of each value in the filled text, also of an empty one. Errors: bad_data naming a column that the row
/// lacks.
std::string fill_template(std::string_view text, const DataRow& row, std::vector<TextSpan>* values = nullptr);
/// The columns that a template names, each once, in order. Errors: bad_data if braces are not closed or do not hold a
/// name, and for Jinja statements and comments.
std::vector<std::string> template_columns(std::string_view text);
/// The only column of a template, if the template spells it as a plain word. Rows may then call it `text`. ""
/// otherwise.
std::string plain_column(std::string_view text);
/// What values of the label's column that mean the same label have in common: their form C of Unicode, or the digits of
/// a whole number (1.0 is 1).
std::string label_key(std::string_view value);
/// Whether two values have the same label_key.
bool is_same_label(std::string_view a, std::string_view b);
/// The index of the row's label; -1 if the column is absent or empty. Labels are compared in Unicode's form C, and
/// whole numbers by their value (1.0 is 1). If the labels are the words of doc_to_choice and none of them is a number,
/// a whole number is an index of them. In that case, or if all labels are numbers, the value -1 means that there is no
/// label. Errors: bad_data for a list, and for a value that is no label of the task.
std::int32_t label_of(const Task& task, const DataRow& row);

}  // namespace partwise::internal
