#include "cli/answers.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "base/json.h"
#include "base/utf8.h"
#include "cli/remedy.h"
#include "data/table_line.h"
#include "session/answer.h"
#include "session/answer_json.h"

namespace partwise::internal {

namespace {

/// `name`; or "name_2", "name_3", ... if `columns` already has that name.
std::string new_column(const std::string& name, const std::vector<std::string>& columns) {
  std::string found = name;
  for (int i = 2; std::ranges::find(columns, found) != columns.end(); ++i) found = fmt::format("{}_{}", name, i);
  return found;
}

}  // namespace

Answers::Answers(const ReaderFile& reader, AnswerForm form, std::vector<std::string> columns, Console& console)
    : reader_(reader), form_(form), columns_(std::move(columns)), console_(console) {
  if (form_ != AnswerForm::csv && form_ != AnswerForm::tsv) return;
  std::vector<std::string> header = columns_;
  for (const char* name : {"predicted", "probability", "error"}) header.push_back(new_column(name, columns_));
  print_line(header);
}

void Answers::print(const TextRow& row, const Contributions& parts, std::int64_t example) {
  if (form_ == AnswerForm::json) return console_.print_json(answer_json(reader_, row, parts, example));
  const auto [label, probabilities] = answer_of(reader_, parts, example);
  print_cells(row, reader_.label_words[label], fmt::format("{:.3f}", probabilities[label]), "");
}

void Answers::print_error(const TextRow& row) {
  if (form_ == AnswerForm::json) return console_.print_json(error_json(row, hint_line(*row.error)));
  print_cells(row, "", "", row.error->what());
}

void Answers::print_cells(const TextRow& row, const std::string& label, const std::string& probability,
                          const std::string& error) {
  if (form_ == AnswerForm::text)
    return console_.print(fmt::format("{}\t{}\t{}\n", label, probability, replace_invalid_utf8(row.input.line.text)));
  std::vector<std::string> cells;
  auto unnamed = row.input.columns.unnamed.begin();
  for (const std::string& column : columns_) {
    const auto field = row.input.columns.fields.find(column);
    if (field != row.input.columns.fields.end()) {
      cells.push_back(field->second);
    } else {
      cells.push_back(column.empty() ? *unnamed++ : "");
    }
  }
  cells.insert(cells.end(), {label, probability, error});
  print_line(cells);
}

void Answers::print_line(const std::vector<std::string>& cells) {
  console_.print(form_ == AnswerForm::csv ? csv_line(cells) : tsv_line(cells));  // an error may quote any text
}

}  // namespace partwise::internal
