// Prints the answers of `classify`, one per row, in a form that fits the rows.
#pragma once

#include <string>
#include <vector>

#include "cli/console.h"
#include "decompose/contributions.h"
#include "readers/reader.h"
#include "session/reasons.h"
#include "session/text_rows.h"

namespace partwise::internal {

enum class AnswerForm {
  text,  // label, probability, reasons if asked for, and text, separated by tabs
  json,  // the answer and the parts that drove it: answer_json
  csv,   // the table's columns, then the predicted label, its probability, reasons if asked for, and the error
  tsv,   // the same, separated by tabs
};

class Answers {
 public:
  /// `columns` are the names of the table's columns. For csv and tsv, the constructor prints the header. `has_reasons`:
  /// answers come with reasons in words.
  Answers(const ReaderFile& reader, AnswerForm form, std::vector<std::string> columns, bool has_reasons,
          Console& console);

  AnswerForm form() const { return form_; }
  /// `reasons` may be null.
  void print(const TextRow& row, const Contributions& parts, const Reasons* reasons);
  /// Prints the row's error in place of an answer. The line has no label.
  void print_error(const TextRow& row);

 private:
  void print_cells(const TextRow& row, const std::string& label, const std::string& probability,
                   const std::string& reasons, const std::string& error);
  void print_line(const std::vector<std::string>& cells);

  const ReaderFile& reader_;
  AnswerForm form_;
  std::vector<std::string> columns_;
  bool has_reasons_;
  Console& console_;
};

}  // namespace partwise::internal
