#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <set>

#include "data/lines.h"
#include "prompts/prompt_sets.h"
#include "prompts/prompts.h"
#include "prompts/yaml_reader.h"
#include "readers/reader.h"
#include "study/study.h"

namespace partwise::internal {

namespace {

const std::vector<std::string> kKeys = {
    "models", "tasks",         "data_root",           "templates", "seeds",           "shots",         "labelled",
    "limit",  "readers",       "allow_unknown",       "bos",       "special_in_rows", "drop_repeated", "too_long",
    "chat",   "chat_template", "chat_demonstrations", "sets"};
constexpr std::int64_t kMost = 1'000'000;

class StudyReader : private YamlReader {
 public:
  explicit StudyReader(std::string_view source) : YamlReader(source) {}

  Study read(const YAML::Node& root) const {
    check_keys(root, kKeys);
    Study study;
    study.models = words(required(root, "models"));
    study.tasks = words(required(root, "tasks"));
    if (auto node = find(root, "data_root")) study.data_root = text(*node);
    study.templates = first_or_list<std::int64_t>(root, "templates", 3);
    study.seeds = first_or_list<std::uint64_t>(root, "seeds", 5);
    if (auto node = find(root, "shots")) study.shots = integer(*node, 0, kMost);
    study.labelled = labelled(root);
    if (auto node = find(root, "limit")) study.limit = integer(*node, 1, std::numeric_limits<std::int64_t>::max());
    study.readers = readers(root);
    if (auto node = find(root, "sets")) study.sets = integer(*node, 1, kMostSets);
    if (auto node = find(root, "allow_unknown")) study.allow_unknown = words(*node);
    if (auto node = find(root, "bos")) study.bos = bos(*node);
    if (auto node = find(root, "special_in_rows")) study.parse_special_in_rows = is_parse(*node);
    study.chat = chat(root);
    if (auto node = find(root, "drop_repeated")) study.drop_repeated = flag(*node, "drop_repeated");
    if (auto node = find(root, "too_long")) study.too_long = too_long(*node);
    return study;
  }

 private:
  /// The items of a list, which must all differ. A single item counts as a list of one.
  std::vector<YAML::Node> items(const YAML::Node& node) const {
    if (node.IsScalar()) return {node};
    if (!node.IsSequence() || node.size() == 0) fail(node, "this must be a list", "write [one, another]");
    std::set<std::string> seen;
    for (const YAML::Node& item : node)
      if (!seen.insert(text(item)).second) fail(item, fmt::format("'{}' is given twice", text(item)));
    return {node.begin(), node.end()};
  }

  std::vector<std::string> words(const YAML::Node& node) const {
    std::vector<std::string> all;
    for (const YAML::Node& item : items(node)) all.push_back(text(item));
    return all;
  }

  std::vector<std::int64_t> numbers(const YAML::Node& node, std::int64_t low) const {
    std::vector<std::int64_t> all;
    for (const YAML::Node& item : items(node)) all.push_back(integer(item, low, kMost));
    return all;
  }

  /// The numbers of a list. A number n in place of the list stands for 0 to n - 1; if the key is missing, n is `first`.
  template <class T>
  std::vector<T> first_or_list(const YAML::Node& root, const std::string& key, std::int64_t first) const {
    const auto node = find(root, key);
    if (node && !node->IsScalar()) {
      const std::vector<std::int64_t> list = numbers(*node, 0);
      return {list.begin(), list.end()};
    }
    std::vector<T> all(static_cast<std::size_t>(node ? integer(*node, 1, kMost) : first));
    for (std::size_t i = 0; i < all.size(); ++i) all[i] = static_cast<T>(i);
    return all;
  }

  EncodeOptions::Bos bos(const YAML::Node& node) const {
    if (const auto bos = parse_bos(text(node))) return *bos;
    fail(node, fmt::format("'bos' cannot be '{}'", text(node)), "one of: auto, yes, no");
  }

  bool is_parse(const YAML::Node& node) const {
    const std::string word = text(node);
    if (word != "text" && word != "parse")
      fail(node, fmt::format("'special_in_rows' cannot be '{}'", word), "one of: text, parse");
    return word == "parse";
  }

  ChatChoice chat(const YAML::Node& root) const {
    ChatChoice chat;
    if (auto node = find(root, "chat")) chat.is_wanted = flag(*node, "chat");
    if (auto node = find(root, "chat_template")) chat.template_file = text(*node);
    const auto node = find(root, "chat_demonstrations");
    if (!node) return chat;
    for (const bool as_turns : {true, false})
      if (text(*node) == demonstrations_word(as_turns)) chat.demonstrations_as_turns = as_turns;
    if (!chat.demonstrations_as_turns)
      fail(*node, fmt::format("'chat_demonstrations' cannot be '{}'", text(*node)), "one of: turns, text");
    if (!chat.is_on()) fail(*node, "'chat_demonstrations' needs 'chat'", "write chat: true");
    return chat;
  }

  bool flag(const YAML::Node& node, const char* key) const {
    const std::string word = text(node);
    if (word != "true" && word != "false") fail(node, fmt::format("'{}' cannot be '{}'", key, word), "true or false");
    return word == "true";
  }

  std::vector<std::int64_t> labelled(const YAML::Node& root) const {
    const auto node = find(root, "labelled");
    std::vector<std::int64_t> sizes = node ? numbers(*node, 2) : std::vector<std::int64_t>{12, 24};
    std::sort(sizes.begin(), sizes.end());
    return sizes;
  }

  TooLong too_long(const YAML::Node& node) const {
    for (const TooLong how : {TooLong::skip, TooLong::cut, TooLong::refuse})
      if (text(node) == to_string(how)) return how;
    fail(node, fmt::format("too_long cannot be '{}'", text(node)), "one of: skip, cut, refuse");
  }

  /// All readers if the key is missing. The full model is left out: it is judged anyway.
  std::vector<std::string> readers(const YAML::Node& root) const {
    const auto node = find(root, "readers");
    std::vector<std::string> names = node ? words(*node) : std::vector<std::string>{"all"};
    if (names == std::vector<std::string>{"all"}) {
      names.clear();
      for (const ReaderKind& kind : reader_kinds()) names.emplace_back(kind.name);
    }
    for (const std::string& name : names) reader_kind(name);
    std::erase(names, kFullModel);
    return names;
  }
};

}  // namespace

Study parse_study(std::string_view yaml, std::string_view source) {
  return StudyReader(source).read(parse_yaml(yaml, source));
}

Study read_study(const std::filesystem::path& path) {
  return parse_study(read_yaml_text(path, "a study file", "a study is YAML that names models and tasks"),
                     source_name(path));
}

}  // namespace partwise::internal
