#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <optional>

#include "base/error.h"
#include "base/normalize.h"
#include "base/suggest.h"
#include "data/lines.h"
#include "data/missing_column.h"
#include "prompts/task.h"

namespace partwise::internal {

namespace {

constexpr std::int32_t kUnlabelled = -1;

template <class Predicate>
std::optional<std::int32_t> first_label(const Task& task, Predicate is_it) {
  const auto label = std::find_if(task.labels.begin(), task.labels.end(), is_it);
  if (label == task.labels.end()) return std::nullopt;
  return static_cast<std::int32_t>(label - task.labels.begin());
}

/// The digits of a whole number, with its sign. "1.0" gives "1": tables write whole numbers like that if the column has
/// empty cells. "" if `text` is no whole number.
std::string_view whole_number(std::string_view text) {
  const std::size_t dot = text.find('.');
  if (dot != std::string_view::npos && text.find_first_not_of('0', dot + 1) == std::string_view::npos &&
      dot + 1 < text.size())
    text = text.substr(0, dot);
  const std::string_view digits = text.starts_with('-') ? text.substr(1) : text;
  const bool is_whole = !digits.empty() && digits.find_first_not_of("0123456789") == std::string_view::npos &&
                        (digits.size() == 1 || digits[0] != '0');
  return is_whole ? text : std::string_view();
}

bool is_whole(std::string_view text) { return !whole_number(text).empty(); }

/// Whether whole numbers are indices of the label words: the labels are words, and none of them is a number.
bool counts_words(const Task& task) { return task.labels_are_words && std::ranges::none_of(task.labels, is_whole); }

std::optional<std::int32_t> by_count(const Task& task, std::string_view number) {
  for (std::int32_t y = 0; y < task.n_labels(); ++y)
    if (number == std::to_string(y)) return y;
  return std::nullopt;
}

/// Whether `number` means that the label is unknown, as -1 does in GLUE's test files.
bool is_unknown_index(const Task& task, std::string_view number) {
  return number == "-1" && (counts_words(task) || std::ranges::all_of(task.labels, is_whole));
}

std::optional<std::int32_t> by_number(const Task& task, std::string_view value) {
  const std::string_view number = whole_number(value);
  if (number.empty()) return std::nullopt;
  const auto same = first_label(task, [&](const std::string& label) { return whole_number(label) == number; });
  if (same) return same;
  if (counts_words(task))
    if (const auto index = by_count(task, number)) return index;
  return is_unknown_index(task, number) ? std::optional(kUnlabelled) : std::nullopt;
}

bool says_missing(std::string_view value) {
  const std::string words[] = {"nan", "na", "n/a", "<na>", "null", "none", "nil", "?", "-"};
  std::string lower(value);
  for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return std::ranges::count(words, lower) > 0;
}

/// `["1", "2", "3"]`: a value for each label word. It counts from 1 if `value` is the number of words, else from 0. ""
/// if the list would not hold `value`.
std::string counted_labels(const Task& task, std::string_view value) {
  constexpr std::int64_t kMostNamed = 8;
  const std::int64_t n = task.n_labels();
  const bool from_one = whole_number(value) == std::to_string(n);
  if (!from_one && !by_count(task, whole_number(value))) return {};
  std::vector<std::string> names;
  for (std::int64_t y = 0; y < n; ++y)
    if (n <= kMostNamed || y < 2 || y == n - 1) names.push_back(fmt::format("\"{}\"", y + from_one));
  if (n > kMostNamed) names.insert(names.end() - 1, "...");
  return fmt::format("[{}]", fmt::join(names, ", "));
}

std::string hint_of_number(const Task& task, std::string_view value) {
  const std::string listed = counted_labels(task, value);
  if (counts_words(task))
    return fmt::format("whole numbers count the label words from 0 to {}; or list the column's {} values as 'labels'{}",
                       task.n_labels() - 1, task.n_labels(),
                       listed.empty() ? ", in the order of the words" : ": labels: " + listed);
  return fmt::format(
      "list the column's values in the order of the label words{}; or leave 'labels' out of the task: whole numbers "
      "count the words of 'doc_to_choice' from 0 then",
      listed.empty() ? ", as 'labels'" : ", labels: " + listed);
}

std::string hint_of_value(const Task& task, const std::string& value) {
  const bool is_minus_one = whole_number(value) == "-1";
  if (says_missing(value) || is_minus_one)
    return "a row without a label has an empty cell there, in JSON null or no key";
  if (is_whole(value) && (counts_words(task) || std::ranges::none_of(task.labels, is_whole)))
    return hint_of_number(task, value);
  return suggestion_hint(value, task.labels);
}

/// Errors: bad_data for a list of labels, which is neither a label nor a missing one.
void refuse_parts(const Task& task, const DataRow& row) {
  const std::string prefix = task.doc_to_target + ".";
  const auto part = row.fields.lower_bound(prefix);
  if (part == row.fields.end() || !part->first.starts_with(prefix)) return;
  throw missing_column(row, task.doc_to_target, {});
}

std::int32_t computed_label(const Task& task, const DataRow& row) {
  const bool has_own = !task.program->doc_to_choice.empty();
  const auto& words = task.templates[0].doc_to_choice;
  const std::vector<std::string> choices = has_own ? task.program->choices_of(row) : words;
  if (choices.size() == task.labels.size()) return task.program->label_of(row, choices);
  throw Error(ErrorCode::bad_data,
              fmt::format("{}: {} label words, and {} in the first row", row.place, choices.size(), task.labels.size()),
              "every row needs the same number of label words: leave the others out");
}

}  // namespace

std::string label_key(std::string_view value) {
  const std::string_view number = whole_number(value);
  return number.empty() ? to_nfc(value) : std::string(number);
}

bool is_same_label(std::string_view a, std::string_view b) { return label_key(a) == label_key(b); }

std::int32_t label_of(const Task& task, const DataRow& row) {
  if (task.program && !task.program->doc_to_target.empty()) return computed_label(task, row);
  const auto field = row.fields.find(task.doc_to_target);
  if (field == row.fields.end()) {
    refuse_parts(task, row);
    return kUnlabelled;
  }
  const std::string& value = field->second;
  if (const auto label = first_label(task, [&](const std::string& other) { return other == value; })) return *label;
  if (trim(value).empty()) return kUnlabelled;
  const std::string composed = to_nfc(value);
  if (const auto label = first_label(task, [&](const std::string& other) { return to_nfc(other) == composed; }))
    return *label;
  if (const auto label = by_number(task, value)) return *label;
  throw Error(
      ErrorCode::bad_data,
      fmt::format("{}: '{}' in column '{}' is no label of task {}", row.place, value, task.doc_to_target, task.name),
      hint_of_value(task, value));
}

}  // namespace partwise::internal
