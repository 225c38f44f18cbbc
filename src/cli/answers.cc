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

constexpr std::size_t kWordsNamed = 5;  // in a line of reasons

/// `name`; or "name_2", "name_3", ... if `columns` already has that name.
std::string new_column(const std::string& name, const std::vector<std::string>& columns) {
  std::string found = name;
  for (int i = 2; std::ranges::find(columns, found) != columns.end(); ++i) found = fmt::format("{}_{}", name, i);
  return found;
}

}  // namespace

Answers::Answers(const ReaderFile& reader, AnswerForm form, std::vector<std::string> columns, bool has_reasons,
                 Console& console)
    : reader_(reader), form_(form), columns_(std::move(columns)), has_reasons_(has_reasons), console_(console) {
  if (form_ != AnswerForm::csv && form_ != AnswerForm::tsv) return;
  std::vector<std::string> header = columns_;
  for (const char* name : {"predicted", "probability", "reasons", "error"})
    if (has_reasons_ || std::string_view(name) != "reasons") header.push_back(new_column(name, columns_));
  print_line(header);
}

void Answers::print(const TextRow& row, const Contributions& parts, const Reasons* reasons) {
  if (form_ == AnswerForm::json) {
    OrderedJson json = answer_json(reader_, row, parts, row.example);
    if (reasons) add_reasons(json, *reasons);
    return console_.print_json(json);
  }
  const auto [label, probabilities] = answer_of(reader_, parts, row.example);
  print_cells(row, reader_.label_words[label], fmt::format("{:.3f}", probabilities[label]),
              reasons ? reasons_line(*reasons, kWordsNamed) : "", "");
}

void Answers::print_error(const TextRow& row) {
  if (form_ == AnswerForm::json) return console_.print_json(error_json(row, hint_line(*row.error)));
  print_cells(row, "", "", "", row.error->what());
}

void Answers::print_cells(const TextRow& row, const std::string& label, const std::string& probability,
                          const std::string& reasons, const std::string& error) {
  std::vector<std::string> found = {label, probability};
  if (has_reasons_) found.push_back(reasons);
  if (form_ == AnswerForm::text)
    return console_.print(fmt::format("{}\t{}\n", fmt::join(found, "\t"), replace_invalid_utf8(row.input.line.text)));
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
  cells.insert(cells.end(), found.begin(), found.end());
  cells.push_back(error);
  print_line(cells);
}

void Answers::print_line(const std::vector<std::string>& cells) {
  console_.print(form_ == AnswerForm::csv ? csv_line(cells) : tsv_line(cells));  // an error may quote any text
}

}  // namespace partwise::internal
