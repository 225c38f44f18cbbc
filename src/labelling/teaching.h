// Which rows of a table teach, and what all rows are asked.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "labelling/table.h"
#include "prompts/task.h"

namespace partwise::internal {

struct TaskChoice {
  std::string task;   // a built-in task or a file; "": one is made
  std::string text;   // of a task that is made: the template of a row's text, or a column's name
  std::string label;  // of a task that is made: the column of the label
};

struct Teaching {
  Task task;
  std::string yaml;                        // of a task that is made
  std::vector<std::size_t> taught, asked;  // rows of the table with and without a label that teaches
  std::vector<std::string> notes;          // what the user should know, each a sentence
};

/// Errors: usage if a column is not there, or TaskChoice does not suffice; bad_data if no two labels have two rows
/// each; those of load_task, parse_task and label_of.
Teaching teaching_of(const Table& table, const TaskChoice& choice);

}  // namespace partwise::internal
