#include "prompts/data_notes.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "base/error.h"
#include "data/missing_column.h"

namespace partwise::internal {

namespace {

bool has_column(const DataRow& row, const std::string& column) { return row.fields.contains(column); }

std::string note_of_unlabelled(const Task& task, const std::vector<DataRow>& train) {
  const auto unlabelled = [&](const DataRow& row) { return label_of(task, row) < 0; };
  const auto first = std::ranges::find_if(train, unlabelled);
  if (first == train.end()) return {};
  const auto n = std::ranges::count_if(train, unlabelled);
  return fmt::format(
      "note: {} of {} rows to draw labelled rows from {} no label in column '{}' and {} passed over (the first: {})", n,
      train.size(), n == 1 ? "has" : "have", task.doc_to_target, n == 1 ? "is" : "are", first->place);
}

std::string note_of_text(const PromptTemplate& wording, const std::vector<DataRow>& rows, const char* what) {
  const std::vector<std::string> columns = template_columns(wording.doc_to_text);
  if (columns.size() != 1) return {};
  const auto lacks = [&](const DataRow& row) { return !has_column(row, columns[0]) && has_column(row, "text"); };
  const auto n = std::ranges::count_if(rows, lacks);
  if (n == 0) return {};
  return fmt::format("warning: the template's column '{}' is not in {} of {} {}: their column 'text' was taken",
                     columns[0], n, rows.size(), what);
}

}  // namespace

std::optional<std::vector<DataRow>> labelled_rows(const Task& task, const std::vector<DataRow>& train) {
  const auto labelled = [&](const DataRow& row) { return label_of(task, row) >= 0; };
  if (std::ranges::all_of(train, labelled)) return std::nullopt;
  std::vector<DataRow> rows;
  std::ranges::copy_if(train, std::back_inserter(rows), labelled);
  if (!rows.empty()) return rows;
  if (std::ranges::none_of(train, [&](const DataRow& row) { return has_column(row, task.doc_to_target); }))
    throw missing_column(train[0], task.doc_to_target,
                         fmt::format("{} names its columns; the label's is the task's doc_to_target",
                                     train[0].json.empty() ? "a table's first line" : "a row of JSON"));
  throw Error(ErrorCode::bad_data,
              fmt::format("none of the {} rows has a label in column '{}' (the first: {})", train.size(),
                          task.doc_to_target, train[0].place),
              "labelled rows are drawn from rows that have one");
}

void check_text_is_no_label(const Task& task, const PromptTemplate& wording, const std::vector<DataRow>& rows) {
  const std::string column = plain_column(wording.doc_to_text);
  if (column.empty() || task.doc_to_target != "text") return;
  const auto lacks = [&](const DataRow& row) { return !has_column(row, column); };
  if (const auto row = std::ranges::find_if(rows, lacks); row != rows.end())
    throw missing_column(*row, column, "the column 'text' holds the label, so it does not stand in for it");
}

void check_test_column(const Task& task, const std::vector<DataRow>& test) {
  if (test.empty() || task.program ||
      std::ranges::any_of(test, [&](const DataRow& row) { return has_column(row, task.doc_to_target); }))
    return;
  if (!column_hint(test[0], task.doc_to_target).empty()) throw missing_column(test[0], task.doc_to_target, {});
}

std::vector<std::string> data_notes(const Task& task, const PromptTemplate& wording, const std::vector<DataRow>& train,
                                    const std::vector<DataRow>& test) {
  std::vector<std::string> notes = task.notes;
  const auto add = [&](std::string note) {
    if (!note.empty()) notes.push_back(std::move(note));
  };
  add(note_of_unlabelled(task, train));
  add(note_of_text(wording, train, "rows of the data"));
  add(note_of_text(wording, test, "test rows"));
  return notes;
}

}  // namespace partwise::internal
