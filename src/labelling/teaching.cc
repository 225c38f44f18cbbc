#include "labelling/teaching.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/error.h"
#include "base/suggest.h"
#include "base/text.h"
#include "data/lines.h"
#include "labelling/made_task.h"

namespace partwise::internal {

namespace {

/// A label needs one row for a demonstration and one to learn from.
constexpr std::ptrdiff_t kFewestRows = 2;

void check_column(const Table& table, const std::string& column, Setting setting, const char* what) {
  if (table.has_column(column)) return;
  throw Error(ErrorCode::usage,
              column.empty() ? fmt::format("which column of {} holds the {}?", table.name, what)
                             : fmt::format("{} has no column '{}'", table.name, column),
              {column.empty() ? "the columns are " + fmt::format("{}", fmt::join(table.columns, ", "))
                              : suggestion_hint(column, table.columns),
               {setting}});
}

std::ptrdiff_t count_label(const Table& table, const std::string& column, const std::string& label) {
  return std::ranges::count_if(table.rows, [&](const DataRow& row) {
    const std::string own = label_in(row, column);
    return !own.empty() && is_same_label(own, label);
  });
}

/// The labels that teach. A note names those that have too few rows.
std::vector<std::string> taught_labels(const Table& table, const std::string& column, std::vector<std::string>& notes) {
  std::vector<std::string> labels, rare;
  for (const std::string& label : labels_in(table, column))
    (count_label(table, column, label) >= kFewestRows ? labels : rare).push_back(label);
  if (!rare.empty())
    notes.push_back(fmt::format("warning: only one row has the label {}, so no row gets {}; label another",
                                rare.size() == 1 ? fmt::format("'{}'", rare[0]) : list_shortly(rare),
                                rare.size() == 1 ? "it" : fmt::format("one of these {}", rare.size())));
  if (labels.size() >= 2) return labels;
  throw Error(ErrorCode::bad_data,
              fmt::format("{}: {} in the column '{}' has two rows or more", table.name,
                          labels.empty() ? "no label" : "only one label", column),
              "label a few rows of each kind by hand: five of each are a start");
}

/// What labelling adds cannot be what it reads.
void check_not_added(const std::string& column, Setting setting) {
  if (!is_added_column(column)) return;
  throw Error(ErrorCode::usage, fmt::format("the column '{}' is one that labelling writes", column),
              {"give the column another name first", {setting}});
}

Teaching made_for(const Table& table, const TaskChoice& choice) {
  Teaching made;
  check_column(table, choice.label, Setting::label_column, "labels");
  check_not_added(choice.label, Setting::label_column);
  if (choice.text.empty()) check_column(table, "", Setting::text_template, "text");
  const std::vector<std::string> labels = taught_labels(table, choice.label, made.notes);
  made.yaml = made_task(table, text_template(table, choice.text), choice.label, labels);
  made.task = parse_task(made.yaml, "the task made for " + table.name);
  if (made.task.program) return made;
  for (const std::string& column : template_columns(made.task.templates[0].doc_to_text)) {
    check_column(table, column, Setting::text_template, "text");
    check_not_added(column, Setting::text_template);
  }
  return made;
}

/// Whether the row has all columns of the text. A row that lacks one cannot teach, and gets an error of its own.
bool has_text(const Task& task, const DataRow& row) {
  if (task.program) return true;
  return std::ranges::all_of(template_columns(task.templates[0].doc_to_text),
                             [&](const std::string& column) { return row.fields.contains(column); });
}

/// Whether the row's label is one that the task knows; a label of one row is not.
bool is_taught(const Teaching& teaching, const DataRow& row) {
  const std::string own = label_in(row, teaching.task.doc_to_target);
  if (own.empty() || !has_text(teaching.task, row)) return false;
  if (teaching.yaml.empty()) return label_of(teaching.task, row) >= 0;
  return std::ranges::any_of(teaching.task.labels, [&](const std::string& label) { return is_same_label(label, own); });
}

}  // namespace

Teaching teaching_of(const Table& table, const TaskChoice& choice) {
  Teaching teaching = choice.task.empty() ? made_for(table, choice) : Teaching{load_task(choice.task), "", {}, {}, {}};
  if (!choice.task.empty()) check_column(table, teaching.task.doc_to_target, Setting::task, "labels");
  check_not_added(teaching.task.doc_to_target, Setting::task);
  for (std::size_t i = 0; i < table.rows.size(); ++i)
    (is_taught(teaching, table.rows[i]) ? teaching.taught : teaching.asked).push_back(i);
  return teaching;
}

}  // namespace partwise::internal
