#include "experiment/yaml_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/error.h"
#include "base/suggest.h"
#include "experiment/lines.h"

namespace partwise {

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

void YamlReader::check_keys(const YAML::Node& map, const std::vector<std::string>& known) const {
  if (!map.IsMap()) fail(map, "this must be a mapping (key: value)");
  std::vector<std::string> seen;
  for (const auto& entry : map) {
    const std::string key = text(entry.first);
    if (std::find(known.begin(), known.end(), key) == known.end()) {
      fail(entry.first, fmt::format("unknown key '{}'", key), suggestion_hint(key, known));
    }
    if (std::find(seen.begin(), seen.end(), key) != seen.end()) {
      fail(entry.first, fmt::format("the key '{}' is given twice", key));
    }
    seen.push_back(key);
  }
}

void YamlReader::fail(const YAML::Node& node, const std::string& what, const std::string& hint) const {
  throw Error(ErrorCode::bad_data, fmt::format("{}: {}", line_place(source_, std::max(node.Mark().line, 0) + 1), what),
              hint);
}

}  // namespace partwise
