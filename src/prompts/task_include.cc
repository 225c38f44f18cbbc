#include "prompts/task_include.h"

#include <fmt/format.h>

#include <string>
#include <vector>

#include "base/error.h"
#include "data/lines.h"
#include "prompts/yaml_reader.h"

namespace partwise::internal {

namespace fs = std::filesystem;

fs::path folder_of(const fs::path& task_file) {
  return task_file.has_parent_path() ? task_file.parent_path() : fs::path(".");
}

namespace {

constexpr int kDeepest = 16;  // files that include each other
constexpr const char* kInclude = "include";

YAML::Node with_included(const YAML::Node& root, std::string_view source, const fs::path& folder, int depth);

YAML::Node load(const fs::path& file, int depth) {
  const std::string source = source_name(file);
  const std::string text = read_yaml_text(file, "a task file", "a task includes other files of YAML");
  return with_included(parse_yaml(text, source), source, folder_of(file), depth);
}

std::vector<std::string> included_files(const YAML::Node& root, const YamlReader& reader) {
  const YAML::Node node = root[kInclude];
  if (!node.IsSequence()) return {reader.text(node)};
  std::vector<std::string> files;
  for (const YAML::Node& item : node) files.push_back(reader.text(item));
  return files;
}

void add_keys(YAML::Node& all, const YAML::Node& keys, const YamlReader& reader) {
  for (const auto& entry : keys)
    if (const std::string key = reader.text(entry.first); key != kInclude) all[key] = entry.second;
}

YAML::Node with_included(const YAML::Node& root, std::string_view source, const fs::path& folder, int depth) {
  if (!root.IsMap() || !root[kInclude].IsDefined()) return root;
  if (depth == kDeepest)
    throw Error(ErrorCode::bad_data, fmt::format("{}: more than {} files include each other", source, kDeepest));
  const YamlReader reader(source);
  if (folder.empty()) reader.fail(root[kInclude], "a task that is no file includes no other");
  YAML::Node all(YAML::NodeType::Map);
  for (const std::string& file : included_files(root, reader)) add_keys(all, load(folder / file, depth + 1), reader);
  add_keys(all, root, reader);
  return all;
}

}  // namespace

YAML::Node parse_task_yaml(std::string_view yaml, std::string_view source, const fs::path& folder) {
  return with_included(parse_yaml(yaml, source), source, folder, 0);
}

}  // namespace partwise::internal
