// A classification task: how a row becomes a prompt and which words are its labels. YAML, with the
// keys of lm-evaluation-harness where they mean the same (docs/tasks.md).
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "data/data.h"
#include "tokenizer/tokenizer.h"

namespace partwise {

/// One wording of a task.
struct PromptTemplate {
  std::string name = "default";
  std::string minimal_pair_of;  // name of the template that this one differs from by a character or so, or ""
  std::string description;      // instruction before the demonstrations; a blank line follows unless empty
  std::string doc_to_text;      // "Review: {{text}}\nSentiment:"
  std::vector<std::string> doc_to_choice;  // label words, in the order of Task::labels
  std::string target_delimiter = " ";      // between the text and the label word
  std::string fewshot_delimiter = "\n";    // after a demonstration's label word

  /// The label word of label y as it follows the text: " positive".
  std::string option(std::int64_t y) const { return target_delimiter + doc_to_choice[static_cast<std::size_t>(y)]; }
  std::vector<std::string> options() const;
};

struct Task {
  std::string name;
  std::string doc_to_target;                    // the column that holds the label
  std::vector<std::string> labels;              // its values, at least two
  std::vector<PromptTemplate> templates;        // at least one
  std::string ood_of;                           // the task that this one is out of distribution for, or ""
  std::filesystem::path train_file, test_file;  // from YAML (relative to it); empty where not given
  bool labels_are_words = false;                // doc_to_choice's, as there was no `labels`
  std::vector<std::string> notes;               // what is to be said of the file, each after "note: "

  std::int64_t n_labels() const { return static_cast<std::int64_t>(labels.size()); }
};

/// The name of a built-in task, or a YAML file. Errors: usage (unknown name, with a suggestion), missing_input,
/// bad_data (naming key and line; unknown keys are refused, all of them at once). Keys of lm-evaluation-harness that
/// change no prompt are passed over with a note.
Task load_task(const std::string& name_or_file);
/// Parses a task's YAML; `source` names it in errors. Errors: bad_data.
Task parse_task(std::string_view yaml, std::string_view source);
/// Sorted. A file of tasks/ is a built-in task.
std::vector<std::string> builtin_task_names();

/// Fills `{{column}}` in (placeholder.h); values are taken as they are. `values` learns where in the filled text each
/// of them is, an empty one too. Errors: bad_data naming the column that the row does not have.
std::string fill_template(std::string_view text, const DataRow& row, std::vector<TextSpan>* values = nullptr);
/// The columns that a template names, each once, in order. Errors: bad_data for a brace pair that is not closed, what
/// is no name between two, Jinja statements and comments.
std::vector<std::string> template_columns(std::string_view text);
/// The only column of a template, where it stands in it as a plain word: rows may call it `text` instead. "" else.
std::string plain_column(std::string_view text);
/// Whether two values of the label's column are one label: in Unicode's form C, or as whole numbers (1.0 is 1).
bool is_same_label(std::string_view a, std::string_view b);
/// The label index of a row, -1 where the column is absent or empty. Labels compare in Unicode's form C, whole numbers
/// by their value (1.0 is 1). Where the labels are the words of doc_to_choice and none of them is a number, a whole
/// number is an index of them; -1 is no label then, or where all labels are numbers. Errors: bad_data for a value that
/// is no label of the task, and a list.
std::int32_t label_of(const Task& task, const DataRow& row);

}  // namespace partwise
