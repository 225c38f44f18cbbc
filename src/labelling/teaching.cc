#include "labelling/teaching.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>
#include <utility>

#include "base/error.h"
#include "base/suggest.h"
#include "base/text.h"
#include "data/missing_column.h"
#include "labelling/made_task.h"
#include "prompts/row_traps.h"

namespace partwise::internal {

namespace {

/// A label needs one row for a demonstration and one to learn from.
constexpr std::int64_t kFewestRows = 2;

/// A note names so many rows.
constexpr std::size_t kMostPlaces = 3;

/// Which of the table's columns may be meant, or that another separator is.
std::string hint_of_column(const Table& table, const std::string& column) {
  const char* other = table.columns.size() == 1 ? other_separator(table.columns[0]) : nullptr;
  return other ? fmt::format("the file seems to be separated by {}", other) : suggestion_hint(column, table.columns);
}

void check_column(const Table& table, const std::string& column, Setting setting, const char* what) {
  if (table.has_column(column)) return;
  throw Error(ErrorCode::usage,
              column.empty() ? fmt::format("which column of {} holds the {}?", table.name, what)
                             : fmt::format("{} has no column '{}'", table.name, column),
              {column.empty() ? "the columns are " + fmt::format("{}", fmt::join(table.columns, ", "))
                              : hint_of_column(table, column),
               {setting}});
}

/// The labels that teach. A note names those that have too few rows.
std::vector<std::string> taught_labels(const Table& table, const std::string& column, std::vector<std::string>& notes) {
  std::vector<std::string> labels, rare;
  for (const CountedLabel& counted : labels_in(table, column))
    (counted.n_rows >= kFewestRows ? labels : rare).push_back(counted.label);
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

/// The columns of the text's template. Errors speak of the template, not of the task that is made of it.
std::vector<std::string> columns_of_text(const std::string& text) {
  std::vector<std::string> columns;
  try {
    columns = template_columns(text);
  } catch (const Error& error) {
    throw Error(ErrorCode::usage, fmt::format("the template of the texts: {}", error.what()),
                {error.hint(), {Setting::text_template}});
  }
  if (!columns.empty()) return columns;
  throw Error(ErrorCode::usage, fmt::format("the template of the texts, '{}', has no column in it", text),
              {"two braces stand on either side of a column: {{column}}", {Setting::text_template}});
}

/// The text's template. Errors: usage if the table lacks a column that it names.
std::string checked_template(const Table& table, const std::string& text) {
  const bool is_column = text.find('{') == std::string::npos;
  if (is_column) check_column(table, text, Setting::text_template, "text");
  const std::string wording = text_template(text);
  for (const std::string& column : columns_of_text(wording)) {
    check_column(table, column, Setting::text_template, "text");
    check_not_added(column, Setting::text_template);
  }
  return wording;
}

Teaching made_for(const Table& table, const TaskChoice& choice) {
  Teaching made;
  check_column(table, choice.label, Setting::label_column, "labels");
  check_not_added(choice.label, Setting::label_column);
  const std::string text = checked_template(table, choice.text);
  made.yaml = made_task(table, text, choice.label, taught_labels(table, choice.label, made.notes));
  made.task = parse_task(made.yaml, "the task made for " + table.name);
  return made;
}

/// The columns of the text; none if it is computed.
std::vector<std::string> text_columns(const Task& task) {
  return task.program ? std::vector<std::string>() : template_columns(task.templates[0].doc_to_text);
}

/// Tells which rows teach.
class TaughtRows {
 public:
  explicit TaughtRows(const Teaching& teaching) : teaching_(teaching), columns_(text_columns(teaching.task)) {
    for (const std::string& label : teaching.task.labels) labels_.insert(label_key(label));
  }

  /// Whether the row's label is one that the task knows; a label of one row is not.
  bool has(const DataRow& row) const {
    const std::string own = label_in(row, teaching_.task.doc_to_target);
    if (own.empty() || !has_text(row)) return false;
    return teaching_.yaml.empty() ? label_of(teaching_.task, row) >= 0 : labels_.contains(label_key(own));
  }

 private:
  /// Whether the row has all columns of the text. A row that lacks one cannot teach, and gets an error of its own.
  bool has_text(const DataRow& row) const {
    return std::ranges::all_of(columns_, [&](const std::string& column) { return row.fields.contains(column); });
  }

  const Teaching& teaching_;
  std::vector<std::string> columns_;
  std::set<std::string> labels_;  // of the task, each as its label_key
};

/// A warning of rows that are answered although they have no text; "" if there are none.
std::string note_of_empty_texts(const Table& table, const Teaching& teaching) {
  const std::vector<std::string> columns = text_columns(teaching.task);
  const auto is_empty = [&](const DataRow& row) {
    return !columns.empty() && std::ranges::all_of(columns, [&](const std::string& column) {
      const auto field = row.fields.find(column);
      return field != row.fields.end() && says_nothing(field->second);
    });
  };
  std::vector<std::string> places;
  for (std::size_t i : teaching.asked)
    if (is_empty(table.rows[i])) places.push_back(table.rows[i].place);
  if (places.empty()) return "";
  const std::size_t n = places.size();
  places.resize(std::min(n, kMostPlaces));
  return fmt::format("warning: {} of {} rows to answer {} no text, and an answer to nothing says nothing: {}{}", n,
                     teaching.asked.size(), n == 1 ? "has" : "have", fmt::join(places, ", "),
                     n > kMostPlaces ? ", ..." : "");
}

}  // namespace

Teaching teaching_of(const Table& table, const TaskChoice& choice) {
  Teaching teaching = choice.task.empty() ? made_for(table, choice) : Teaching{load_task(choice.task), "", {}, {}, {}};
  if (!choice.task.empty()) check_column(table, teaching.task.doc_to_target, Setting::task, "labels");
  check_not_added(teaching.task.doc_to_target, Setting::task);
  const TaughtRows taught(teaching);
  for (std::size_t i = 0; i < table.rows.size(); ++i)
    (taught.has(table.rows[i]) ? teaching.taught : teaching.asked).push_back(i);
  if (std::string note = note_of_empty_texts(table, teaching); !note.empty()) teaching.notes.push_back(std::move(note));
  return teaching;
}

}  // namespace partwise::internal
