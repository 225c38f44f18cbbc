#include "model/config_reader.h"

#include <fmt/format.h>

#include <cmath>
#include <limits>

#include "base/error.h"

namespace partwise {

ConfigReader::ConfigReader(const Json& object, std::string where, const std::set<std::string>& allowed)
    : object_(object), where_(std::move(where)), allowed_(allowed) {
  if (!object_.is_object()) throw Error(ErrorCode::bad_data, fmt::format("{} is not an object", where_));
}

void ConfigReader::fail(std::string_view key, std::string_view problem) const {
  throw Error(ErrorCode::bad_data, fmt::format("{}: '{}' {}", where_, key, problem));
}

bool ConfigReader::has(std::string_view key) const {
  auto it = object_.find(key);
  return it != object_.end() && !it->is_null();
}

bool ConfigReader::is_array(std::string_view key) const { return has(key) && object_.find(key)->is_array(); }

const Json* ConfigReader::find(std::string_view key) {
  used_.emplace(key);
  return has(key) ? &*object_.find(key) : nullptr;
}

std::int64_t ConfigReader::size(std::string_view key, std::optional<std::int64_t> fallback) {
  return integer(key, fallback, 1);
}

std::int64_t ConfigReader::count(std::string_view key, std::int64_t fallback) { return integer(key, fallback, 0); }

std::int64_t ConfigReader::integer(std::string_view key, std::optional<std::int64_t> fallback, std::int64_t least) {
  const Json* value = find(key);
  if (!value && fallback) return *fallback;
  if (!value) fail(key, "is missing");
  if (!value->is_number_integer()) fail(key, "is not an integer");
  // Unsigned values past the signed range come out negative and are refused with them.
  const auto n = value->get<std::int64_t>();
  if (n < least || n > std::numeric_limits<std::int32_t>::max()) fail(key, fmt::format("is {}, which is no size", n));
  return n;
}

double ConfigReader::number(std::string_view key, std::optional<double> fallback) {
  const Json* value = find(key);
  if (!value && fallback) return *fallback;
  if (!value) fail(key, "is missing");
  if (!value->is_number() || !std::isfinite(value->get<double>())) fail(key, "is not a number");
  return value->get<double>();
}

bool ConfigReader::flag(std::string_view key, bool fallback) {
  const Json* value = find(key);
  if (!value) return fallback;
  if (!value->is_boolean()) fail(key, "is neither true nor false");
  return value->get<bool>();
}

std::string ConfigReader::text(std::string_view key, std::string_view fallback) {
  const Json* value = find(key);
  if (!value) return std::string(fallback);
  if (!value->is_string()) fail(key, "is not a string");
  return value->get<std::string>();
}

const Json& ConfigReader::array(std::string_view key) {
  static const Json empty = Json::array();
  const Json* value = find(key);
  if (!value) return empty;
  if (!value->is_array()) fail(key, "is not an array");
  return *value;
}

std::vector<bool> ConfigReader::flags(std::string_view key) {
  std::vector<bool> flags;
  for (const Json& entry : array(key)) {
    if (!entry.is_boolean()) fail(key, "holds something that is neither true nor false");
    flags.push_back(entry.get<bool>());
  }
  return flags;
}

std::vector<std::string> ConfigReader::texts(std::string_view key) {
  std::vector<std::string> texts;
  for (const Json& entry : array(key)) {
    if (!entry.is_string()) fail(key, "holds something that is not a string");
    texts.push_back(entry.get<std::string>());
  }
  return texts;
}

const Json& ConfigReader::object(std::string_view key) {
  static const Json empty = Json::object();
  const Json* value = find(key);
  if (!value) return empty;
  if (!value->is_object()) fail(key, "is not an object");
  return *value;
}

void ConfigReader::expect(std::string_view key, const Json& only, std::string_view why) {
  const Json* value = find(key);
  if (value && *value != only && !allowed_.contains(std::string(key)))
    fail(key, fmt::format("is {}; only {} is supported ({})", value->dump(), only.dump(), why));
}

void ConfigReader::neutral(std::initializer_list<std::string_view> keys) {
  for (std::string_view key : keys) used_.emplace(key);
}

void ConfigReader::refuse_rest() const {
  for (const auto& [key, value] : object_.items()) {
    if (used_.contains(key) || allowed_.contains(key) || value.is_null()) continue;
    throw Error(ErrorCode::bad_data, fmt::format("{}: '{}' is not known here and might change the result", where_, key),
                fmt::format("if you know that it does not, pass --allow-unknown {}", key));
  }
}

}  // namespace partwise
