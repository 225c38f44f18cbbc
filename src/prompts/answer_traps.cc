#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/text.h"
#include "data/lines.h"
#include "prompts/row_traps.h"

namespace partwise::internal {

namespace {

constexpr const char* kRepeatedCode = "test-rows-are-labelled-rows";
const Advice kRepeatedAdvice = {"leave these rows out, or test on rows that are not in the file of the labelled ones",
                                {Setting::drop_repeated}};

/// Below these shares, or in fewer rows, a trap may be an accident.
constexpr double kManyRepeats = 0.05, kOneLabel = 0.9;
constexpr std::int64_t kEnoughRows = 20;

/// "'a', 'b', 'c' and 4 more".
std::string list_of(const std::vector<std::string>& words) {
  constexpr std::size_t kMost = 3;
  std::vector<std::string> quoted;
  for (std::size_t i = 0; i < std::min(kMost, words.size()); ++i) quoted.push_back(fmt::format("'{}'", words[i]));
  const std::string more = words.size() > kMost ? fmt::format(" and {} more", words.size() - kMost) : "";
  return fmt::format("{}{}", fmt::join(quoted, ", "), more);
}

std::string count(std::int64_t n) { return format_count(n); }

std::int64_t n_labelled(const std::vector<AskedRow>& rows) {
  return std::count_if(rows.begin(), rows.end(), [](const AskedRow& row) { return row.label >= 0; });
}

std::vector<std::int64_t> label_counts(const Task& task, const std::vector<AskedRow>& rows) {
  std::vector<std::int64_t> counts(task.labels.size());
  for (const AskedRow& row : rows)
    if (row.label >= 0) ++counts[static_cast<std::size_t>(row.label)];
  return counts;
}

/// The labels that `counts` has less often than `least`.
std::vector<std::string> labels_below(const Task& task, const std::vector<std::int64_t>& counts, double least) {
  std::vector<std::string> labels;
  for (std::size_t y = 0; y < counts.size(); ++y)
    if (static_cast<double>(counts[y]) < least) labels.push_back(task.labels[y]);
  return labels;
}

/// How many rows ask what an earlier row asks, and the place of the first of them.
std::pair<std::int64_t, std::string> repeats_in(const std::vector<AskedRow>& rows) {
  std::set<std::string> seen;
  std::int64_t n = 0;
  std::string first;
  for (const AskedRow& row : rows) {
    if (seen.insert(row.key).second) continue;
    if (n++ == 0) first = row.row->place;
  }
  return {n, first};
}

std::string see_test_rows_among_labelled(const AskedRows& rows) {
  std::set<std::string> answered;
  for (const AskedRow& row : rows.labelled) answered.insert(row.key);
  std::int64_t n = 0;
  std::string first;
  for (const AskedRow& row : rows.test) {
    if (!answered.contains(row.key)) continue;
    if (n++ == 0) first = row.row->place;
  }
  return n == 0 ? "" : repeated_rows_warning(n, std::ssize(rows.test), first).message;
}

std::string see_repeats_among_labelled(const AskedRows& rows) {
  const auto [n, first] = repeats_in(rows.labelled);
  if (n == 0) return "";
  return fmt::format(
      "{} of {} labelled rows repeat{} the text of another (the first: {}): they teach less than they "
      "count for",
      count(n), count(std::ssize(rows.labelled)), n == 1 ? "s" : "", first);
}

std::string see_repeats_among_test(const AskedRows& rows) {
  const auto [n, first] = repeats_in(rows.test);
  if (static_cast<double>(n) <= kManyRepeats * static_cast<double>(rows.test.size())) return "";
  return fmt::format(
      "{} of {} test rows repeat{} the text of another (the first: {}): intervals count them as "
      "independent rows and come out too narrow",
      count(n), count(std::ssize(rows.test)), n == 1 ? "s" : "", first);
}

std::string see_contradictions(const AskedRows& rows) {
  std::map<std::string, const AskedRow*> first_of;
  std::set<std::string> contradicted;
  std::string example;
  for (const auto* list : {&rows.labelled, &rows.test})
    for (const AskedRow& row : *list) {
      if (row.label < 0) continue;
      const auto [entry, is_new] = first_of.emplace(row.key, &row);
      const AskedRow& first = *entry->second;
      if (is_new || first.label == row.label) continue;
      if (contradicted.insert(entry->first).second && contradicted.size() == 1)
        example = fmt::format("'{}' in {} and '{}' in {}", rows.task->labels[static_cast<std::size_t>(first.label)],
                              first.row->place, rows.task->labels[static_cast<std::size_t>(row.label)], row.row->place);
    }
  if (contradicted.empty()) return "";
  return fmt::format(
      "{} text{} stand{} there with different labels (the first: {}): no answer is right for all of its "
      "rows",
      count(std::ssize(contradicted)), contradicted.size() == 1 ? "" : "s", contradicted.size() == 1 ? "s" : "",
      example);
}

std::string see_labels_not_shown(const AskedRows& rows) {
  if (rows.n_demonstrations == 0) return "";
  const std::vector<AskedRow> shown(rows.labelled.begin(),
                                    rows.labelled.begin() + static_cast<std::ptrdiff_t>(rows.n_demonstrations));
  const std::vector<std::string> missing = labels_below(*rows.task, label_counts(*rows.task, shown), 1);
  if (missing.empty()) return "";
  const std::string none = rows.n_demonstrations == 1
                               ? "the only demonstration does not have"
                               : fmt::format("none of the {} demonstrations has", rows.n_demonstrations);
  return fmt::format("{} the label {}: the model leans to labels that it was shown", none, list_of(missing));
}

std::string see_rare_labelled_rows(const AskedRows& rows) {
  constexpr double kRare = 0.25;  // of an even share
  const std::vector<std::int64_t> counts = label_counts(*rows.task, rows.labelled);
  const double even = static_cast<double>(rows.labelled.size()) / static_cast<double>(counts.size());
  if (even < 1) return "";  // too few were asked for to have each label
  const std::vector<std::string> rare = labels_below(*rows.task, counts, kRare * even);
  if (rare.empty()) return "";
  return fmt::format(
      "of {} labelled rows only {} {} the label {}, the least of all labels: there are no more to draw, "
      "and what is learnt leans to the others",
      count(std::ssize(rows.labelled)), count(*std::min_element(counts.begin(), counts.end())),
      *std::min_element(counts.begin(), counts.end()) == 1 ? "has" : "have", list_of(rare));
}

std::string see_labels_not_tested(const AskedRows& rows) {
  const std::vector<std::int64_t> counts = label_counts(*rows.task, rows.test);
  const std::int64_t n = n_labelled(rows.test);
  const std::vector<std::string> missing = labels_below(*rows.task, counts, 1);
  if (n < std::ssize(counts) || missing.empty()) return "";
  return fmt::format(
      "none of {} test rows has the label {}: accuracy says nothing of it, and chance is that of the "
      "other labels",
      count(n), list_of(missing));
}

std::string see_one_label_tested(const AskedRows& rows) {
  const std::vector<std::int64_t> counts = label_counts(*rows.task, rows.test);
  const std::int64_t n = n_labelled(rows.test);
  const auto most = std::max_element(counts.begin(), counts.end());
  const bool all_there = std::find(counts.begin(), counts.end(), 0) == counts.end();
  if (!all_there || n < kEnoughRows || static_cast<double>(*most) < kOneLabel * static_cast<double>(n)) return "";
  return fmt::format("{} of {} test rows have the label '{}': always naming it is right for {:.1f} % of them",
                     count(*most), count(n), rows.task->labels[static_cast<std::size_t>(most - counts.begin())],
                     100.0 * static_cast<double>(*most) / static_cast<double>(n));
}

std::string see_unlabelled_test_rows(const AskedRows& rows) {
  const std::int64_t n = std::ssize(rows.test), n_missing = n - n_labelled(rows.test);
  if (n_missing == 0) return "";
  return fmt::format("{} of {} test rows {} no label: they count in no accuracy", count(n_missing), count(n),
                     n_missing == 1 ? "has" : "have");
}

const Trap<AskedRows> kTraps[] = {
    {kRepeatedCode, kRepeatedAdvice, see_test_rows_among_labelled},
    {"labelled-rows-repeat",
     "give each text once: while one copy is held out another teaches, so that an accuracy that labelled rows estimate "
     "is too high",
     see_repeats_among_labelled},
    {"test-rows-repeat", "give each text once", see_repeats_among_test},
    {"labels-contradict", "settle which label is right, or leave these rows out", see_contradictions},
    {"label-not-shown",
     {"take more demonstrations, so that every label has one, or none", {Setting::shots, {Setting::shots, "0"}}},
     see_labels_not_shown},
    {"labelled-rows-unbalanced", "label more rows of it", see_rare_labelled_rows},
    {"label-not-tested",
     {"test on rows of every label: if the file is sorted by label, shuffle it or take more rows; if the task has a "
      "label too many, take it out",
      {Setting::limit}},
     see_labels_not_tested},
    {"test-labels-unbalanced",
     {"look at macro F1 and at the confusion matrix, not at accuracy alone", {Step::eval}},
     see_one_label_tested},
    {"test-rows-unlabelled",
     {"label them if readers are to be judged on them; rows without labels can be classified", {Step::classify}},
     see_unlabelled_test_rows},
};

}  // namespace

Warning repeated_rows_warning(std::int64_t n, std::int64_t n_test, const std::string& first) {
  return {
      kRepeatedCode,
      fmt::format("{} of {} test rows {} labelled rows, too{}: their answers stand in the prompt or are learnt from, "
                  "so that accuracy is no estimate for new rows",
                  count(n), count(n_test), n == 1 ? "is among the" : "are",
                  first.empty() ? "" : fmt::format(" (the first: {})", first)),
      kRepeatedAdvice.hint, kRepeatedAdvice.remedies};
}

std::span<const Trap<AskedRows>> answer_traps() { return kTraps; }

}  // namespace partwise::internal
