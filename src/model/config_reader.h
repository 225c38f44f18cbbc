// Reads a configuration object key by key and refuses what is left over.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"

namespace partwise::internal {

/// A key that is never asked for may change the result, so it is refused unless it is of a kind that changes nothing
/// (model/neutral_keys.h), is named neutral, or the user allows it by name. A missing key has its value in `defaults`,
/// if there is one. A key that is null counts as missing, without this default. All errors are bad_data and name the
/// key and the file.
class ConfigReader {
 public:
  /// `object`, `allowed` and `defaults` must outlive the reader. `where` names the source in errors.
  ConfigReader(const Json& object, std::string where, const std::set<std::string>& allowed);
  ConfigReader(const Json& object, std::string where, const std::set<std::string>& allowed, const Json& defaults);

  /// A reader of the object at `key`, or of an empty object if the key is missing. Its refuse_rest() only notes
  /// problems; refuse_rest() of this reader reports them together with its own.
  ConfigReader nested(std::string_view key);

  bool has(std::string_view key) const;
  /// Whether the object itself has the key, even if its value is null.
  bool names(std::string_view key) const { return object_.contains(key); }
  bool is_array(std::string_view key) const;
  /// Without a fallback the key must be there. Sizes are from 1 to 2^31 - 1.
  std::int64_t size(std::string_view key, std::optional<std::int64_t> fallback = {});
  /// From 0 to 2^31 - 1.
  std::int64_t count(std::string_view key, std::int64_t fallback);
  double number(std::string_view key, std::optional<double> fallback = {});
  bool flag(std::string_view key, bool fallback);
  std::string text(std::string_view key, std::string_view fallback);
  /// An array; empty if the key is missing. 0 and 1 are flags, too.
  std::vector<bool> flags(std::string_view key);
  std::vector<double> numbers(std::string_view key);
  std::vector<std::string> texts(std::string_view key);
  /// A nested object; empty if the key is missing.
  const Json& object(std::string_view key);

  /// The key may be there, but only with this value; refuse_rest() refuses other values.
  void expect(std::string_view key, const Json& only, std::string_view why);
  void neutral(std::initializer_list<std::string_view> keys);
  /// bad_data: "FILE: 'KEY' PROBLEM"
  [[noreturn]] void fail(std::string_view key, std::string_view problem) const;
  const std::string& where() const { return where_; }
  /// Throws one error for all keys that nobody asked for and all values that were not expected.
  void refuse_rest() const;

 private:
  struct Problems {
    std::vector<std::string> unknown;      // names, to be allowed
    std::vector<std::string> shown;        // the same as errors show them
    std::vector<std::string> unsupported;  // what is wrong with other values
  };

  const Json* value_of(std::string_view key) const;
  const Json* find(std::string_view key);
  const Json& array(std::string_view key);
  std::int64_t integer(std::string_view key, std::optional<std::int64_t> fallback, std::int64_t least);
  void refuse() const;

  const Json& object_;
  std::string where_;
  const std::set<std::string>& allowed_;
  const Json& defaults_;
  std::string place_;  // " (in rope_scaling)" for a nested reader
  std::set<std::string, std::less<>> used_;
  std::shared_ptr<Problems> problems_ = std::make_shared<Problems>();
};

}  // namespace partwise::internal
