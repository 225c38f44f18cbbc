// Answers of `classify`, one for each row, in the form of the rows.
#pragma once

#include <string>
#include <vector>

#include "cli/console.h"
#include "decompose/contributions.h"
#include "readers/reader.h"
#include "session/text_rows.h"

namespace partwise {

enum class AnswerForm {
  text,  // label, probability and text, between tabs
  json,  // with what drove the answer
  csv,   // the table's columns, then the predicted label, its probability, and the error
  tsv,   // the same between tabs
};

class Answers {
 public:
  /// `columns` are those of the table; of tables their names are printed at once.
  Answers(const ReaderFile& reader, AnswerForm form, std::vector<std::string> columns, Console& console);

  AnswerForm form() const { return form_; }
  void print(const TextRow& row, const Contributions& parts, std::int64_t example);
  /// An error in the row's place: no label can be taken from it.
  void print_error(const TextRow& row);

 private:
  void print_cells(const TextRow& row, const std::string& label, const std::string& probability,
                   const std::string& error);
  void print_line(std::vector<std::string> cells);

  const ReaderFile& reader_;
  AnswerForm form_;
  std::vector<std::string> columns_;
  Console& console_;
};

}  // namespace partwise
