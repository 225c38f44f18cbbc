#include "base/json_part.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "base/error.h"
#include "base/json.h"

namespace partwise::internal {

void JsonPart::fail(std::string_view what) const {
  std::string message = file_.empty() ? "" : file_ + ": ";
  if (!path_.empty()) message += fmt::format("'{}': ", path_);
  throw Error(ErrorCode::bad_data, message.append(what));
}

void JsonPart::fail_as_no(std::string_view what) const {
  fail(is_null() ? "this is missing" : fmt::format("this is no {}", what));
}

void JsonPart::refuse(std::string_view what) const { fail(fmt::format("{} is not supported", what)); }

JsonPart JsonPart::operator[](const std::string& key) const {
  static const Json nothing;
  check_object();
  auto member = value_->find(key);
  return {member == value_->end() ? nothing : *member, file_, path_.empty() ? key : path_ + "." + key};
}

std::vector<JsonPart> JsonPart::elements() const {
  if (!value_->is_array()) fail_as_no("JSON array");
  std::vector<JsonPart> parts;
  for (std::size_t i = 0; i < value_->size(); ++i)
    parts.emplace_back((*value_)[i], file_, fmt::format("{}[{}]", path_, i));
  return parts;
}

std::string JsonPart::text() const {
  if (!value_->is_string()) fail_as_no("string");
  return value_->get<std::string>();
}

bool JsonPart::flag() const {
  if (!value_->is_boolean()) fail("this is neither true nor false");
  return value_->get<bool>();
}

std::int64_t JsonPart::integer() const {
  if (!value_->is_number_integer()) fail_as_no("whole number");
  constexpr auto kMost = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  if (value_->is_number_unsigned() && value_->get<std::uint64_t>() > kMost) fail("this number is too large");
  return value_->get<std::int64_t>();
}

std::int64_t JsonPart::integer(std::int64_t low, std::int64_t high) const {
  const std::int64_t value = integer();
  if (value < low || value > high) fail(fmt::format("{} is not from {} to {}", value, low, high));
  return value;
}

double JsonPart::number() const {
  if (!value_->is_number()) fail_as_no("number");
  return value_->get<double>();
}

std::vector<std::string> JsonPart::texts() const {
  std::vector<std::string> texts;
  for (const JsonPart& element : elements()) texts.push_back(element.text());
  return texts;
}

void JsonPart::check_object() const {
  if (!value_->is_object()) fail_as_no("JSON object");
}

void JsonPart::check_members(std::initializer_list<std::string_view> known) const {
  check_object();
  for (const auto& [key, value] : value_->items()) {
    if (std::find(known.begin(), known.end(), key) == known.end()) refuse(fmt::format("the member '{}'", key));
  }
}

}  // namespace partwise::internal
