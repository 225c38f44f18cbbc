// A task made for a table.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "labelling/table.h"

namespace partwise::internal {

/// The row's label without white space around it; "" if it has none.
std::string label_in(const DataRow& row, const std::string& label_column);

struct CountedLabel {
  std::string label;
  std::int64_t n_rows = 0;
};
/// The values of the label's column, sorted, with the numbers of their rows. Values that mean the same label
/// (label_key) are one. Blank cells have no label.
std::vector<CountedLabel> labels_in(const Table& table, const std::string& label_column);

/// `text` as a template: the name of a column becomes {{name}}.
std::string text_template(const std::string& text);

/// A task file (docs/tasks.md) that asks for the label of each row: an instruction that lists the labels, the row's
/// text, and the column's name in front of the label. Underlines in labels become spaces in prompts.
std::string made_task(const Table& table, const std::string& text, const std::string& label_column,
                      const std::vector<std::string>& labels);

}  // namespace partwise::internal
