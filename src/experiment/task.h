// A classification task: how a row becomes a prompt and which words are its labels. YAML, with the
// keys of lm-evaluation-harness where they mean the same.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "experiment/data.h"

namespace partwise {

/// One wording of a task.
struct PromptTemplate {
  std::string name;
  std::string description;   // instruction before the demonstrations; a blank line follows where it is not empty
  std::string doc_to_text;   // "Review: {{text}}\nSentiment:"
  std::vector<std::string> doc_to_choice;  // label words, in the order of Task::labels
  std::string target_delimiter = " ";      // between the text and the label word
  std::string fewshot_delimiter = "\n";    // after a demonstration's label
};

struct Task {
  std::string name;
  std::string doc_to_target;         // the column that holds the label
  std::vector<std::string> labels;   // its values
  std::vector<PromptTemplate> templates;  // at least one
  std::filesystem::path train_file, test_file;  // from YAML (relative to it); empty where not given
};

/// The name of a built-in task, or a YAML file. Errors: usage (unknown name, with a suggestion), missing_input, bad_data
/// (naming key and line; unknown keys are refused).
Task load_task(const std::string& name_or_file);
std::vector<std::string> builtin_task_names();

/// Fills `{{column}}` in. Errors: bad_data naming the column that the row does not have.
std::string fill_template(std::string_view text, const DataRow& row);
/// The label index of a row, -1 where the column is absent. Errors: bad_data for a value that is no label of the task.
std::int32_t label_of(const Task& task, const DataRow& row);

}  // namespace partwise
