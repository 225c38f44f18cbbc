#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "experiment/lines.h"
#include "experiment/task.h"
#include "experiment/yaml_reader.h"

namespace partwise {

namespace {

const std::vector<std::string> kWordingKeys = {"description", "doc_to_text", "doc_to_choice", "target_delimiter",
                                               "fewshot_delimiter"};
const std::vector<std::string> kTaskKeys = {"task",   "doc_to_target", "labels",   "templates",
                                            "ood_of", "train_file",    "test_file"};

std::vector<std::string> with_wording_keys(std::vector<std::string> keys) {
  keys.insert(keys.end(), kWordingKeys.begin(), kWordingKeys.end());
  return keys;
}

/// One YAML file on its way to a Task. Errors name the line of the node at fault.
class TaskReader : private YamlReader {
 public:
  explicit TaskReader(std::string_view source) : YamlReader(source) {}

  Task read(const YAML::Node& root) const {
    check_keys(root, with_wording_keys(kTaskKeys));
    Task task;
    task.name = name(required(root, "task"));
    task.doc_to_target = read_column(required(root, "doc_to_target"));
    if (auto other = find(root, "ood_of")) task.ood_of = text(*other);
    if (auto file = find(root, "train_file")) task.train_file = text(*file);
    if (auto file = find(root, "test_file")) task.test_file = text(*file);
    task.labels = labels(root);
    task.templates = templates(root, task);
    return task;
  }

 private:
  std::string name(const YAML::Node& node) const {
    if (text(node).empty()) fail(node, "a name is empty");
    return text(node);
  }

  /// `labels`, or where the column holds the label words themselves `doc_to_choice`.
  std::vector<std::string> labels(const YAML::Node& root) const {
    auto node = find(root, "labels");
    if (!node) node = find(root, "doc_to_choice");
    if (!node) fail(root, "neither 'labels' nor 'doc_to_choice' is there", "list the values of the label column");
    return distinct_words(*node);
  }

  std::vector<PromptTemplate> templates(const YAML::Node& root, const Task& task) const {
    PromptTemplate base;
    base.doc_to_choice = task.labels;
    read_wording(root, base);
    const auto list = find(root, "templates");
    if (!list) return {checked(base, root, task)};
    if (!list->IsSequence() || list->size() == 0) fail(*list, "'templates' must be a list of at least one template");
    std::vector<PromptTemplate> all;
    for (const YAML::Node& item : *list) {
      all.push_back(read_template(item, base, task));
      const auto same = [&](const PromptTemplate& other) { return other.name == all.back().name; };
      if (std::count_if(all.begin(), all.end(), same) > 1)
        fail(item, fmt::format("two templates '{}'", all.back().name));
    }
    check_pairs(*list, all);
    return all;
  }

  /// The partner of a minimal pair stands before it and is no part of another one.
  void check_pairs(const YAML::Node& list, const std::vector<PromptTemplate>& all) const {
    for (std::size_t i = 0; i < all.size(); ++i) {
      const std::string& partner = all[i].minimal_pair_of;
      const auto is_partner = [&](const PromptTemplate& t) { return t.name == partner && t.minimal_pair_of.empty(); };
      if (partner.empty() || std::any_of(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(i), is_partner))
        continue;
      fail(list[i], fmt::format("there is no template '{}' before this one to be a pair with", partner));
    }
  }

  PromptTemplate read_template(const YAML::Node& node, PromptTemplate wording, const Task& task) const {
    check_keys(node, with_wording_keys({"name", "minimal_pair_of"}));
    wording.name = name(required(node, "name"));
    if (auto partner = find(node, "minimal_pair_of")) wording.minimal_pair_of = text(*partner);
    read_wording(node, wording);
    return checked(std::move(wording), node, task);
  }

  /// Overrides what `node` gives.
  void read_wording(const YAML::Node& node, PromptTemplate& wording) const {
    if (auto value = find(node, "description")) wording.description = text(*value);
    if (auto value = find(node, "doc_to_text")) wording.doc_to_text = read_template_text(*value);
    if (auto value = find(node, "doc_to_choice")) wording.doc_to_choice = distinct_words(*value);
    if (auto value = find(node, "target_delimiter")) wording.target_delimiter = text(*value);
    if (auto value = find(node, "fewshot_delimiter")) wording.fewshot_delimiter = text(*value);
  }

  PromptTemplate checked(PromptTemplate wording, const YAML::Node& node, const Task& task) const {
    if (wording.doc_to_text.empty()) fail(node, "'doc_to_text' is missing", "write \"Review: {{text}}\\nSentiment:\"");
    if (wording.doc_to_choice.size() != task.labels.size()) {
      fail(node, fmt::format("{} label words in 'doc_to_choice' for {} labels", wording.doc_to_choice.size(),
                             task.labels.size()));
    }
    return wording;
  }

  std::string read_template_text(const YAML::Node& node) const {
    const std::string value = text(node);
    try {
      if (!template_columns(value).empty()) return value;
    } catch (const Error& error) {
      fail(node, error.what(), error.hint());
    }
    fail(node, fmt::format("'{}' has no column in it", value), "write {{column}} where the row's text goes");
  }

  std::string read_column(const YAML::Node& node) const {
    const std::string value = text(node);
    if (value.find("{{") == std::string::npos && !value.empty()) return value;
    fail(node, "'doc_to_target' is the name of the label's column", "write it without braces");
  }

  std::vector<std::string> distinct_words(const YAML::Node& node) const {
    if (!node.IsSequence() || node.size() < 2) fail(node, "this must be a list of at least two words");
    std::vector<std::string> words;
    for (const YAML::Node& item : node) {
      words.push_back(text(item));
      if (words.back().empty()) fail(item, "a label must not be empty");
      if (std::count(words.begin(), words.end(), words.back()) > 1) {
        fail(item, fmt::format("'{}' is given twice", words.back()));
      }
    }
    return words;
  }
};

}  // namespace

Task parse_task(std::string_view yaml, std::string_view source) {
  return TaskReader(source).read(parse_yaml(yaml, source));
}

}  // namespace partwise
