#include <fmt/format.h>
#include <fmt/ranges.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "base/normalize.h"
#include "data/lines.h"
#include "prompts/placeholder.h"
#include "prompts/task.h"
#include "prompts/task_include.h"
#include "prompts/yaml_reader.h"

namespace partwise::internal {

namespace {

const std::vector<std::string> kWordingKeys = {"description", "doc_to_text", "doc_to_choice", "target_delimiter",
                                               "fewshot_delimiter"};
const std::vector<std::string> kTaskKeys = {"task",   "doc_to_target", "labels",   "templates",
                                            "ood_of", "train_file",    "test_file"};

/// Keys of lm-evaluation-harness. The first list only says where data come from, how demonstrations are drawn, how
/// answers are scored, and what the file is. The second has keys that are refused with advice.
const ForeignKeys kHarnessKeys = {{"tag",
                                   "group",
                                   "group_alias",
                                   "task_alias",
                                   "dataset_path",
                                   "dataset_name",
                                   "dataset_kwargs",
                                   "custom_dataset",
                                   "training_split",
                                   "validation_split",
                                   "test_split",
                                   "fewshot_split",
                                   "output_type",
                                   "metric_list",
                                   "process_results",
                                   "generation_kwargs",
                                   "repeats",
                                   "filter_list",
                                   "should_decontaminate",
                                   "doc_to_decontamination_query",
                                   "weight_by_size",
                                   "unsafe_code",
                                   "num_fewshot",
                                   "fewshot_config",
                                   "metadata"},
                                  {{"process_docs", "prepare the rows beforehand and leave it out"},
                                   {"use_prompt", "write the template as doc_to_text"},
                                   {"gen_prefix", "write it at the end of doc_to_text"},
                                   {"doc_to_image", "models of text are read only"},
                                   {"doc_to_audio", "models of text are read only"}}};

std::vector<std::string> with_wording_keys(std::vector<std::string> keys) {
  keys.insert(keys.end(), kWordingKeys.begin(), kWordingKeys.end());
  return keys;
}

/// Reads one YAML file into a Task. Errors name the line of the node at fault.
class TaskReader : private YamlReader {
 public:
  explicit TaskReader(std::string_view source) : YamlReader(source) {}

  Task read(const YAML::Node& root) const {
    const std::vector<std::string> passed_over = check_keys(root, with_wording_keys(kTaskKeys), kHarnessKeys);
    Task task;
    check_output_type(root);
    if (!passed_over.empty()) task.notes.push_back(note_of_keys(root, passed_over));
    task.labels_are_words = !find(root, "labels");
    task.name = name(required(root, "task"));
    task.doc_to_target = read_column(required(root, "doc_to_target"));
    if (auto other = find(root, "ood_of")) task.ood_of = text(*other);
    if (auto file = find(root, "train_file")) task.train_file = text(*file);
    if (auto file = find(root, "test_file")) task.test_file = text(*file);
    task.program = program(root);
    task.labels = labels(root);
    task.templates = templates(root, task);
    return task;
  }

 private:
  void check_output_type(const YAML::Node& root) const {
    const auto type = find(root, "output_type");
    if (!type || text(*type) == "multiple_choice") return;
    fail(*type, fmt::format("output_type '{}' asks for no choice between labels", text(*type)),
         "tasks here are of the kind multiple_choice: give doc_to_choice and leave output_type out");
  }

  std::string note_of_keys(const YAML::Node& root, const std::vector<std::string>& keys) const {
    const char* delimiter = find(root, "fewshot_delimiter")
                                ? ""
                                : "; where fewshot_delimiter is left out, it is one line end here, not two";
    return fmt::format(
        "note: {}: passed over, as no prompt follows from it: {}; rows come from the data and test files that are "
        "named, demonstrations are drawn from them{}",
        source(), fmt::join(keys, ", "), delimiter);
  }

  /// A text that takes no columns. Errors: bad_data if it has a placeholder in it.
  std::string plain_text(const YAML::Node& node) const { return checked_by(check_nothing_to_fill, node); }

  template <class Check>
  std::string checked_by(Check check, const YAML::Node& node) const {
    const std::string value = text(node);
    try {
      check(value);
    } catch (const Error& error) {
      fail(node, error.what(), error.advice());
    }
    return value;
  }

  /// What is computed with Jinja; nullopt if the task needs none.
  std::optional<RowProgram> program(const YAML::Node& root) const {
    const auto to_text = find(root, "doc_to_text"), to_choice = find(root, "doc_to_choice");
    const YAML::Node to_target = required(root, "doc_to_target");
    const bool has_own_words = to_choice && to_choice->IsScalar();
    const bool counts = has_own_words || is_computed(to_target);
    if (!counts && (!to_text || !is_computed(*to_text))) return std::nullopt;
    if (const auto list = find(root, "templates"))
      fail(*list, "a task with Jinja has one wording", "give the keys of the wording at the task itself");
    if (!to_text) fail(root, "'doc_to_text' is missing", "write \"Review: {{text}}\\nSentiment:\"");
    if (text(*to_text).empty()) fail(*to_text, "'doc_to_text' is empty: there is no prompt for label words to follow");
    RowProgram made{text(*to_text), has_own_words ? text(*to_choice) : "", "", counts ? text(to_target) : ""};
    try {
      made.check();
    } catch (const Error& error) {
      fail(root, error.what(), error.advice());
    }
    return made;
  }

  /// Whether this is an index, or Jinja that is more than columns.
  bool is_computed(const YAML::Node& node) const {
    const std::string value = text(node);
    if (!value.empty() && value.find_first_not_of("0123456789") == std::string::npos) return true;
    if (value.find("{%") == std::string::npos && value.find("{{") == std::string::npos &&
        value.find("{#") == std::string::npos)
      return false;
    try {
      template_columns(value);
      return false;
    } catch (const Error&) {
      return true;
    }
  }

  std::string name(const YAML::Node& node) const {
    if (text(node).empty()) fail(node, "a name is empty");
    return text(node);
  }

  /// The values of `labels`. If the key is missing, the column holds the label words of `doc_to_choice`. None, if each
  /// row has its own.
  std::vector<std::string> labels(const YAML::Node& root) const {
    auto node = find(root, "labels");
    const bool has_labels = node.has_value();
    if (const auto choice = find(root, "doc_to_choice"); choice && choice->IsScalar()) {
      if (has_labels)
        fail(*node, "each row has label words of its own, so there are no labels to list", "leave it out");
      return {};
    }
    if (!has_labels) node = find(root, "doc_to_choice");
    if (!node) fail(root, "neither 'labels' nor 'doc_to_choice' is there", "list the values of the label column");
    std::vector<std::string> values = has_labels ? distinct_words(*node) : choice_words(*node);
    check_apart(*node, values);
    return values;
  }

  /// Errors: bad_data if two values mean the same label, since no row could have the second.
  void check_apart(const YAML::Node& node, const std::vector<std::string>& values) const {
    for (std::size_t i = 1; i < values.size(); ++i)
      for (std::size_t j = 0; j < i; ++j)
        if (is_same_label(values[j], values[i]))
          fail(node[i], fmt::format("'{}' and '{}' are one label: whole numbers count by value", values[j], values[i]));
  }

  std::vector<PromptTemplate> templates(const YAML::Node& root, const Task& task) const {
    PromptTemplate base;
    base.doc_to_choice = task.labels;
    read_wording(root, base, task.program.has_value());
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

  /// Errors: bad_data if the partner of a minimal pair does not stand before it, or has a partner itself.
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
    read_wording(node, wording, false);
    return checked(std::move(wording), node, task);
  }

  /// Overrides those parts of `wording` that `node` gives. What a program computes is none of them.
  void read_wording(const YAML::Node& node, PromptTemplate& wording, bool is_computed) const {
    if (auto value = find(node, "description")) wording.description = plain_text(*value);
    if (auto value = find(node, "doc_to_text"); value && !is_computed) wording.doc_to_text = read_template_text(*value);
    if (auto value = find(node, "doc_to_choice"); value && !(is_computed && value->IsScalar()))
      wording.doc_to_choice = choice_words(*value);
    if (auto value = find(node, "target_delimiter")) wording.target_delimiter = plain_text(*value);
    if (auto value = find(node, "fewshot_delimiter")) wording.fewshot_delimiter = plain_text(*value);
  }

  PromptTemplate checked(PromptTemplate wording, const YAML::Node& node, const Task& task) const {
    if (wording.doc_to_text.empty() && !task.program)
      fail(node, "'doc_to_text' is missing", "write \"Review: {{text}}\\nSentiment:\"");
    if (wording.doc_to_choice.size() != task.labels.size()) {
      fail(node, fmt::format("{} label words in 'doc_to_choice' for {} labels", wording.doc_to_choice.size(),
                             task.labels.size()));
    }
    return wording;
  }

  std::string read_template_text(const YAML::Node& node) const {
    bool has_column = false;
    const std::string value =
        checked_by([&](const std::string& text) { has_column = !template_columns(text).empty(); }, node);
    if (has_column) return value;
    const bool one_brace = value.find('{') != std::string::npos;
    fail(node, fmt::format("'{}' has no column in it", value),
         one_brace ? "two braces stand on either side of a column: {{column}}"
                   : "write {{column}} where the row's text goes");
  }

  std::string read_column(const YAML::Node& node) const {
    const std::string value = text(node);
    if (value.empty()) fail(node, "'doc_to_target' is empty", "name the label's column");
    const std::vector<std::string> columns = is_computed(node) ? std::vector<std::string>() : template_columns(value);
    const bool is_column = columns.size() == 1 && value.find("{{") == 0 && value.ends_with("}}");
    return to_nfc(is_column ? columns[0] : value);
  }

  std::vector<std::string> choice_words(const YAML::Node& node) const {
    if (!node.IsSequence()) fail(node, "the label words of a template must be a list", "write [no, yes]");
    for (const YAML::Node& item : node) plain_text(item);
    return distinct_words(node);
  }

  std::vector<std::string> distinct_words(const YAML::Node& node) const {
    if (!node.IsSequence() || node.size() < 2) fail(node, "this must be a list of at least two words");
    std::vector<std::string> words;
    for (const YAML::Node& item : node) {
      words.push_back(text(item));
      if (words.back().empty()) fail(item, "a label must not be empty");
      const auto same = [&](const std::string& word) { return to_nfc(word) == to_nfc(words.back()); };
      if (std::count_if(words.begin(), words.end(), same) > 1) {
        fail(item, fmt::format("'{}' is given twice", words.back()));
      }
    }
    return words;
  }
};

}  // namespace

Task parse_task(std::string_view yaml, std::string_view source, const std::filesystem::path& folder) {
  return TaskReader(source).read(parse_task_yaml(yaml, source, folder));
}

}  // namespace partwise::internal
