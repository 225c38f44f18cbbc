#include "labelling/teaching.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/error.h"
#include "base/suggest.h"
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
    const auto field = row.fields.find(column);
    return field != row.fields.end() && !trim(field->second).empty() && is_same_label(field->second, label);
  });
}

/// The labels that teach. A note names each that has too few rows.
std::vector<std::string> taught_labels(const Table& table, const std::string& column, std::vector<std::string>& notes) {
  std::vector<std::string> labels;
  for (const std::string& label : labels_in(table, column)) {
    if (count_label(table, column, label) >= kFewestRows) {
      labels.push_back(label);
    } else {
      notes.push_back(fmt::format("warning: only one row has the label '{}', so no row gets it; label another", label));
    }
  }
  if (labels.size() >= 2) return labels;
  throw Error(ErrorCode::bad_data,
              fmt::format("{}: {} in the column '{}' has two rows or more", table.name,
                          labels.empty() ? "no label" : "only one label", column),
              "label a few rows of each kind by hand: five of each are a start");
}

Teaching made_for(const Table& table, const TaskChoice& choice) {
  Teaching made;
  check_column(table, choice.label, Setting::label_column, "labels");
  if (choice.text.empty()) check_column(table, "", Setting::text_template, "text");
  const std::vector<std::string> labels = taught_labels(table, choice.label, made.notes);
  made.yaml = made_task(table, text_template(table, choice.text), choice.label, labels);
  made.task = parse_task(made.yaml, "the task made for " + table.name);
  if (made.task.program) return made;
  for (const std::string& column : template_columns(made.task.templates[0].doc_to_text))
    check_column(table, column, Setting::text_template, "text");
  return made;
}

/// Whether the row's label is one that the made task knows; a label of one row is not.
bool is_taught(const Teaching& teaching, const DataRow& row) {
  const auto field = row.fields.find(teaching.task.doc_to_target);
  if (field == row.fields.end() || trim(field->second).empty()) return false;
  if (teaching.yaml.empty()) return label_of(teaching.task, row) >= 0;
  return std::ranges::any_of(teaching.task.labels,
                             [&](const std::string& label) { return is_same_label(label, field->second); });
}

}  // namespace

Teaching teaching_of(const Table& table, const TaskChoice& choice) {
  Teaching teaching = choice.task.empty() ? made_for(table, choice) : Teaching{load_task(choice.task), "", {}, {}, {}};
  if (!choice.task.empty()) check_column(table, teaching.task.doc_to_target, Setting::task, "labels");
  for (std::size_t i = 0; i < table.rows.size(); ++i)
    (is_taught(teaching, table.rows[i]) ? teaching.taught : teaching.asked).push_back(i);
  return teaching;
}

}  // namespace partwise::internal
