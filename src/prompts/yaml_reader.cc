#include "prompts/yaml_reader.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "base/error.h"
#include "base/file.h"
#include "base/suggest.h"
#include "data/file_kind.h"
#include "data/lines.h"
#include "data/text_file.h"

namespace partwise::internal {

std::string read_yaml_text(const std::filesystem::path& path, std::string_view wanted, const Advice& advice) {
  std::string bytes = read_text_file(path);
  const std::string source = source_name(path);
  if (const auto kind = recognise_kind(bytes, source))
    throw Error(ErrorCode::bad_data, fmt::format("{}: this is {}, not {}", source, kind->name, wanted), advice);
  return to_text(std::move(bytes), source);
}

YAML::Node parse_yaml(std::string_view yaml, std::string_view source) {
  const std::string text(checked_text(yaml, source));
  try {
    return YAML::Load(text);
  } catch (const YAML::Exception& error) {
    throw Error(ErrorCode::bad_data,
                fmt::format("{}: not valid YAML: {}", line_place(source, std::max(error.mark.line, 0) + 1), error.msg));
  }
}

std::string YamlReader::text(const YAML::Node& node) const {
  if (node.Tag() == "!function" && node.IsScalar())
    fail(node, fmt::format("the function {} is Python, which is not run", node.Scalar()),
         "write it in Jinja, or prepare the rows beforehand");
  if (node.Tag().starts_with('!') && node.Tag().size() > 1) {
    fail(node, fmt::format("the tag {} is not supported", node.Tag()), "templates are text with {{column}} in it");
  }
  if (!node.IsScalar()) fail(node, "this must be a text", "put it in quotes");
  return node.Scalar();
}

std::int64_t YamlReader::integer(const YAML::Node& node, std::int64_t low, std::int64_t high) const {
  const std::string word = text(node);
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
  if (error == std::errc() && end == word.data() + word.size() && value >= low && value <= high) return value;
  fail(node, fmt::format("'{}' is no whole number from {} to {}", word, low, high));
}

std::optional<YAML::Node> YamlReader::find(const YAML::Node& map, const std::string& key) const {
  const YAML::Node value = map[key];
  return value.IsDefined() ? std::optional(value) : std::nullopt;
}

YAML::Node YamlReader::required(const YAML::Node& map, const std::string& key) const {
  if (auto value = find(map, key)) return *value;
  fail(map, fmt::format("the key '{}' is missing", key));
}

std::vector<std::string> YamlReader::check_keys(const YAML::Node& map, const std::vector<std::string>& known,
                                                const ForeignKeys& foreign) const {
  if (!map.IsMap()) fail(map, "this must be a mapping (key: value)");
  std::vector<std::string> seen, passed_over;
  std::vector<YAML::Node> unknown;
  for (const auto& entry : map) {
    const std::string key = text(entry.first);
    if (std::ranges::count(seen, key) > 0) fail(entry.first, fmt::format("the key '{}' is given twice", key));
    seen.push_back(key);
    if (std::ranges::count(known, key) > 0) continue;
    if (std::ranges::count(foreign.passed_over, key) > 0) {
      passed_over.push_back(key);
    } else {
      unknown.push_back(entry.first);
    }
  }
  if (!unknown.empty()) fail_unknown(unknown, known, foreign);
  return passed_over;
}

void YamlReader::fail_unknown(const std::vector<YAML::Node>& keys, const std::vector<std::string>& known,
                              const ForeignKeys& foreign) const {
  std::vector<std::string> names, hints;
  std::vector<Remedy> remedies;
  for (const YAML::Node& key : keys) {
    const std::string name = text(key), close = closest_match(name, known);
    names.push_back(keys.size() == 1 ? fmt::format("'{}'", name) : fmt::format("'{}' (line {})", name, line_of(key)));
    const auto advice = foreign.advice.find(name);
    if (advice != foreign.advice.end()) {
      hints.push_back(fmt::format("{}: {}", name, advice->second.hint));
      remedies.insert(remedies.end(), advice->second.remedies.begin(), advice->second.remedies.end());
    } else if (!close.empty()) {
      hints.push_back(fmt::format("did you mean '{}'?", close));
    }
  }
  if (hints.empty()) hints.push_back(fmt::format("the keys are: {}", fmt::join(known, ", ")));
  fail(keys[0], fmt::format("unknown key{} {}", keys.size() == 1 ? "" : "s", fmt::join(names, ", ")),
       {fmt::format("{}", fmt::join(hints, "; ")), remedies});
}

std::int64_t YamlReader::line_of(const YAML::Node& node) const { return std::max(node.Mark().line, 0) + 1; }

void YamlReader::fail(const YAML::Node& node, const std::string& what, const Advice& advice) const {
  throw Error(ErrorCode::bad_data, fmt::format("{}: {}", line_place(source_, line_of(node)), what), advice);
}

}  // namespace partwise::internal
