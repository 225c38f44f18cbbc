// Which rows of the data count, and notes about them for the user.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "prompts/task.h"

namespace partwise::internal {

/// The rows that have a label, in order; nullopt if all have one. Errors: bad_data if none has one, naming the columns
/// that there are; those of label_of.
std::optional<std::vector<DataRow>> labelled_rows(const Task& task, const std::vector<DataRow>& train);

/// Errors: bad_data if rows lack the template's only column and their column `text`, which could replace it, holds the
/// label.
void check_text_is_no_label(const Task& task, const PromptTemplate& wording, const std::vector<DataRow>& rows);

/// Errors: bad_data if no test row has the label's column and another column seems to be meant. If none seems to be
/// meant, the test rows have no labels, which is allowed.
void check_test_column(const Task& task, const std::vector<DataRow>& test);

/// Notes for the user on the task's file and on these rows: keys that were skipped, rows of `train` without a label,
/// rows without the template's column, for which `text` was taken. Each is a sentence after "note: " or "warning: ".
std::vector<std::string> data_notes(const Task& task, const PromptTemplate& wording, const std::vector<DataRow>& train,
                                    const std::vector<DataRow>& test);

}  // namespace partwise::internal
