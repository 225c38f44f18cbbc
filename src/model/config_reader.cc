#include "model/config_reader.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>
#include <limits>

#include "base/error.h"
#include "base/json.h"
#include "model/gguf_keys.h"
#include "model/neutral_keys.h"

namespace partwise::internal {

namespace {

constexpr std::size_t kMostNamed = 50;  // unknown keys

std::string first_of(const std::vector<std::string>& names) {
  const std::size_t n = std::min(names.size(), kMostNamed);
  std::string text = fmt::format("{}", fmt::join(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(n), ", "));
  if (names.size() > n) text += fmt::format(" and {} more", names.size() - n);
  return text;
}

const Json kNoDefaults = Json::object();

/// The values at which a known key does nothing; "" if the key is not known.
std::string supported_values(const std::string& key, const Json& value) {
  return is_not_causal(key, value) ? "true" : supported_gguf_values(key);
}

}  // namespace

ConfigReader::ConfigReader(const Json& object, std::string where, const std::set<std::string>& allowed)
    : ConfigReader(object, std::move(where), allowed, kNoDefaults) {}

ConfigReader::ConfigReader(const Json& object, std::string where, const std::set<std::string>& allowed,
                           const Json& defaults)
    : object_(object), where_(std::move(where)), allowed_(allowed), defaults_(defaults) {
  if (!object_.is_object()) throw Error(ErrorCode::bad_data, fmt::format("{} is not an object", where_));
}

ConfigReader ConfigReader::nested(std::string_view key) {
  ConfigReader inner(object(key), fmt::format("{} {}", where_, key), allowed_);
  inner.place_ = fmt::format(" (in {})", key);
  inner.problems_ = problems_;
  return inner;
}

void ConfigReader::fail(std::string_view key, std::string_view problem) const {
  throw Error(ErrorCode::bad_data, fmt::format("{}: '{}' {}", where_, key, problem));
}

const Json* ConfigReader::value_of(std::string_view key) const {
  auto it = object_.find(key);
  if (it == object_.end()) {
    it = defaults_.find(key);
    if (it == defaults_.end()) return nullptr;
  }
  return it->is_null() ? nullptr : &*it;
}

bool ConfigReader::has(std::string_view key) const { return value_of(key) != nullptr; }

bool ConfigReader::is_array(std::string_view key) const { return has(key) && value_of(key)->is_array(); }

const Json* ConfigReader::find(std::string_view key) {
  used_.emplace(key);
  return value_of(key);
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
    if (!entry.is_boolean() && entry != 0 && entry != 1) fail(key, "holds something that is neither true nor false");
    flags.push_back(entry == true || entry == 1);
  }
  return flags;
}

std::vector<double> ConfigReader::numbers(std::string_view key) {
  std::vector<double> numbers;
  for (const Json& entry : array(key)) {
    if (!entry.is_number()) fail(key, "holds something that is not a number");
    numbers.push_back(entry.get<double>());
  }
  return numbers;
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
    problems_->unsupported.push_back(
        fmt::format("'{}'{} is {}; only {} is supported ({})", key, place_, value->dump(), only.dump(), why));
}

void ConfigReader::neutral(std::initializer_list<std::string_view> keys) {
  for (std::string_view key : keys) used_.emplace(key);
}

void ConfigReader::refuse_rest() const {
  for (const auto& [key, value] : object_.items()) {
    if (used_.contains(key) || allowed_.contains(key) || is_neutral_key(key, value)) continue;
    if (const std::string only = supported_values(key, value); !only.empty()) {
      problems_->unsupported.push_back(
          fmt::format("'{}'{} is {}; only {} is supported", key, place_, value.dump(), only));
      continue;
    }
    problems_->unknown.push_back(key);
    problems_->shown.push_back(fmt::format("'{}'{}", key, place_));
  }
  if (place_.empty()) refuse();
}

void ConfigReader::refuse() const {
  std::vector<std::string> wrong = problems_->unsupported;
  const std::size_t n_unknown = problems_->unknown.size();
  if (n_unknown > 0)
    wrong.push_back(fmt::format("{} {} not known here and might change the result", first_of(problems_->shown),
                                n_unknown == 1 ? "is" : "are"));
  if (wrong.empty()) return;
  Advice advice;  // empty if something is left that cannot be allowed
  if (n_unknown > kMostNamed)
    advice = "so many keys are those of another kind of model";
  else if (problems_->unsupported.empty())
    advice = {n_unknown == 1 ? "if you know that it does not, let it pass"
                             : "if you know that none of them does, let them pass",
              allowing(problems_->unknown)};
  throw Error(ErrorCode::bad_data, fmt::format("{}: {}", where_, fmt::join(wrong, "; ")), advice);
}

}  // namespace partwise::internal
