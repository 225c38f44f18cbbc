// What a task computes from each row with Jinja, with the keys and the meaning of lm-evaluation-harness.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/json_fwd.h"
#include "data/data.h"

namespace partwise::internal {

/// Sources of Jinja, with the row's columns as variables: lists, objects and numbers as in JSON. White space stays as
/// it is (no trim_blocks), and printing what is not defined is an error.
struct RowProgram {
  std::string doc_to_text;  // a template, or a column's name
  /// "{{expression}}" or a column's name: the row's own list of label words, the same number in every row. "": all rows
  /// have the words of the task.
  std::string doc_to_choice;
  std::string delimiter;           // between text and label word, if the row has its own
  std::string doc_to_target = {};  // an index, a column's name, or a template that writes an index or a label word

  bool operator==(const RowProgram&) const = default;

  /// Errors: bad_data, for what is no Jinja or not supported.
  void check() const;
  std::string text_of(const DataRow& row) const;
  /// The row's label words. Errors: bad_data if they are not at least two texts or numbers.
  std::vector<std::string> choices_of(const DataRow& row) const;
  /// The index of the row's label among `choices`; -1 if the row has none. Errors: bad_data.
  std::int32_t label_of(const DataRow& row, const std::vector<std::string>& choices) const;

 private:
  OrderedJson computed_choices(const DataRow& row, const OrderedJson& json) const;
};

}  // namespace partwise::internal
