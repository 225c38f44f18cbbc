#include "labelling/made_task.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <map>
#include <set>
#include <utility>

#include "data/lines.h"
#include "prompts/task.h"

namespace partwise::internal {

namespace {

/// An instruction that lists more labels would take too much of every prompt.
constexpr std::size_t kMostListed = 40;

std::string quoted(const std::string& text) { return Json(text).dump(); }  // JSON's strings are YAML, too

std::string quoted(const std::vector<std::string>& texts) {
  std::vector<std::string> all;
  for (const std::string& text : texts) all.push_back(quoted(text));
  return fmt::format("[{}]", fmt::join(all, ", "));
}

/// The labels as prompts spell them; as they are if two would become the same.
std::vector<std::string> words_of_labels(const std::vector<std::string>& labels) {
  std::vector<std::string> words;
  for (std::string label : labels) {
    std::ranges::replace(label, '_', ' ');
    words.emplace_back(trim(label));
  }
  const bool is_clear = std::set<std::string>(words.begin(), words.end()).size() == words.size() &&
                        std::ranges::none_of(words, &std::string::empty);
  return is_clear ? words : labels;
}

/// "category" as "Category", "same_meaning" as "Same meaning".
std::string heading(std::string column) {
  std::ranges::replace(column, '_', ' ');
  if (!column.empty()) column[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(column[0])));
  return column;
}

std::string instruction(const std::string& label_column, const std::vector<std::string>& words) {
  std::string column = label_column;
  std::ranges::replace(column, '_', ' ');
  if (words.size() > kMostListed) return fmt::format("Each text has a {}.", column);
  return fmt::format("The {} of each text is one of: {}.", column, fmt::join(words, ", "));
}

}  // namespace

std::string label_in(const DataRow& row, const std::string& label_column) {
  const auto field = row.fields.find(label_column);
  return field == row.fields.end() ? "" : std::string(trim(field->second));
}

std::vector<CountedLabel> labels_in(const Table& table, const std::string& label_column) {
  std::map<std::string, CountedLabel> by_key;
  for (const DataRow& row : table.rows) {
    const std::string own = label_in(row, label_column);
    if (own.empty()) continue;
    CountedLabel& counted = by_key[label_key(own)];
    if (counted.n_rows++ == 0) counted.label = own;
  }
  std::vector<CountedLabel> labels;
  for (auto& [key, counted] : by_key) labels.push_back(std::move(counted));
  std::ranges::sort(labels, {}, &CountedLabel::label);
  return labels;
}

std::string text_template(const std::string& text) {
  return text.find('{') == std::string::npos ? "{{" + text + "}}" : text;
}

std::string made_task(const Table& table, const std::string& text, const std::string& label_column,
                      const std::vector<std::string>& labels) {
  const std::vector<std::string> words = words_of_labels(labels);
  std::string yaml = fmt::format("# Made for {}. Change the wording as you like.\n", table.name);
  yaml += fmt::format("task: {}\n", quoted(std::filesystem::path(table.name).stem().string()));
  yaml += fmt::format("doc_to_target: {}\nlabels: {}\n", quoted(label_column), quoted(labels));
  yaml += fmt::format("templates:\n  - name: made\n    description: {}\n", quoted(instruction(label_column, words)));
  yaml += fmt::format("    doc_to_text: {}\n", quoted(text + "\n" + heading(label_column) + ":"));
  yaml += fmt::format("    doc_to_choice: {}\n", quoted(words));
  return yaml;
}

}  // namespace partwise::internal
