// Reads YAML that users write. Unknown keys are refused, and every error names its line.
#pragma once

#include <yaml-cpp/yaml.h>

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/advice.h"

namespace partwise::internal {

/// The text of a YAML file, packed and encoded in any way that to_text knows. Errors: missing_input; those of to_text;
/// bad_data for a file of a known other kind, which says that it is not `wanted` ("a task file").
std::string read_yaml_text(const std::filesystem::path& path, std::string_view wanted, const Advice& advice);

/// Errors: bad_data with the line.
YAML::Node parse_yaml(std::string_view yaml, std::string_view source);

/// Keys that other programs write into such files.
struct ForeignKeys {
  std::vector<std::string> passed_over;  // keys that change nothing here
  std::map<std::string, Advice> advice;  // what to do about other keys
};

/// What readers of YAML files have in common. All errors are bad_data, naming source and line.
class YamlReader {
 public:
  /// `source` names the file in errors and must outlive the object.
  explicit YamlReader(std::string_view source) : source_(source) {}

  /// A scalar as it is spelled: `no` is the text "no".
  std::string text(const YAML::Node& node) const;
  /// A whole number in [low, high].
  std::int64_t integer(const YAML::Node& node, std::int64_t low, std::int64_t high) const;
  std::optional<YAML::Node> find(const YAML::Node& map, const std::string& key) const;
  YAML::Node required(const YAML::Node& map, const std::string& key) const;
  /// Checks that `map` is a mapping with known keys, each once. The error names all other keys, with a suggestion for
  /// each that is misspelt. Returns the keys that were passed over.
  std::vector<std::string> check_keys(const YAML::Node& map, const std::vector<std::string>& known,
                                      const ForeignKeys& foreign = {}) const;
  [[noreturn]] void fail(const YAML::Node& node, const std::string& what, const Advice& advice = {}) const;
  std::string_view source() const { return source_; }

 private:
  [[noreturn]] void fail_unknown(const std::vector<YAML::Node>& keys, const std::vector<std::string>& known,
                                 const ForeignKeys& foreign) const;
  std::int64_t line_of(const YAML::Node& node) const;

  std::string_view source_;
};

}  // namespace partwise::internal
