// Which rows of the data count, and what is to be said of them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "prompts/task.h"

namespace partwise {

/// The rows that have a label, in order; nothing where all have one. Errors: bad_data where none has one, naming the
/// columns that are there; those of label_of.
std::optional<std::vector<DataRow>> labelled_rows(const Task& task, const std::vector<DataRow>& train);

/// Errors: bad_data where rows lack the template's only column and the column `text`, which would stand in for it, is
/// the label's.
void check_text_is_no_label(const Task& task, const PromptTemplate& wording, const std::vector<DataRow>& rows);

/// Errors: bad_data where no test row has the label's column and another column seems to be meant: a test without
/// labels is one that says so.
void check_test_column(const Task& task, const std::vector<DataRow>& test);

/// What the user should know of the task's file and of these rows: keys that were passed over, rows of `train` without
/// a label, a template's column that was not there and `text` taken in its place. Each is a sentence after "note: " or
/// "warning: ".
std::vector<std::string> data_notes(const Task& task, const PromptTemplate& wording, const std::vector<DataRow>& train,
                                    const std::vector<DataRow>& test);

}  // namespace partwise
