// Reads a configuration object key by key and refuses what is left over.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"

namespace partwise {

/// A key that is never asked for may change the result, so it is refused unless it is known to be
/// neutral or the user allows it by name. A JSON null counts as a missing key.
/// All errors are bad_data and name the key and the file.
class ConfigReader {
 public:
  /// `object` and `allowed` must outlive the reader. `where` names the source in errors.
  ConfigReader(const Json& object, std::string where, const std::set<std::string>& allowed);

  bool has(std::string_view key) const;
  bool is_array(std::string_view key) const;
  /// Without a default the key must be there. Sizes are from 1 to 2^31 - 1.
  std::int64_t size(std::string_view key, std::optional<std::int64_t> fallback = {});
  /// From 0 to 2^31 - 1.
  std::int64_t count(std::string_view key, std::int64_t fallback);
  double number(std::string_view key, std::optional<double> fallback = {});
  bool flag(std::string_view key, bool fallback);
  std::string text(std::string_view key, std::string_view fallback);
  /// An array, empty where the key is missing.
  std::vector<bool> flags(std::string_view key);
  std::vector<std::string> texts(std::string_view key);
  /// A nested object, or an empty one where the key is missing.
  const Json& object(std::string_view key);

  /// The key may be there, but only with this value.
  void expect(std::string_view key, const Json& only, std::string_view why);
  void neutral(std::initializer_list<std::string_view> keys);
  /// bad_data: "FILE: 'KEY' PROBLEM"
  [[noreturn]] void fail(std::string_view key, std::string_view problem) const;
  /// Throws for the first key that nobody asked for.
  void refuse_rest() const;

 private:
  const Json* find(std::string_view key);
  const Json& array(std::string_view key);
  std::int64_t integer(std::string_view key, std::optional<std::int64_t> fallback, std::int64_t least);

  const Json& object_;
  std::string where_;
  const std::set<std::string>& allowed_;
  std::set<std::string, std::less<>> used_;
};

}  // namespace partwise
