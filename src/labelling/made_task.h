// A task made for a table.
#pragma once

#include <string>
#include <vector>

#include "labelling/table.h"

namespace partwise::internal {

/// The row's label without white space around it; "" if it has none.
std::string label_in(const DataRow& row, const std::string& label_column);

/// The values of the label's column, each once, sorted. Values that mean the same label (is_same_label) count once.
/// Blank cells have no label.
std::vector<std::string> labels_in(const Table& table, const std::string& label_column);

/// `text` as a template: the name of a column becomes {{name}}. Errors: usage if it names no column; bad_data if it
/// names one that the table lacks.
std::string text_template(const Table& table, const std::string& text);

/// A task file (docs/tasks.md) that asks for the label of each row: an instruction that lists the labels, the row's
/// text, and the column's name in front of the label. Underlines in labels become spaces in prompts.
std::string made_task(const Table& table, const std::string& text, const std::string& label_column,
                      const std::vector<std::string>& labels);

}  // namespace partwise::internal
