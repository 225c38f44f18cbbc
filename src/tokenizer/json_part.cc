#include "tokenizer/json_part.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "base/json.h"

namespace partwise {

void JsonPart::fail(std::string_view what) const {
  const std::string place = path_.empty() ? file_ : fmt::format("{}: '{}'", file_, path_);
  throw Error(ErrorCode::bad_data, fmt::format("{}: {}", place, what));
}

void JsonPart::refuse(std::string_view what) const { fail(fmt::format("{} is not supported", what)); }

JsonPart JsonPart::operator[](const std::string& key) const {
  static const Json nothing;
  if (!value_->is_object()) fail("this is no JSON object");
  auto member = value_->find(key);
  return {member == value_->end() ? nothing : *member, file_, path_.empty() ? key : path_ + "." + key};
}

std::vector<JsonPart> JsonPart::elements() const {
  if (!value_->is_array()) fail("this is no JSON array");
  std::vector<JsonPart> parts;
  for (std::size_t i = 0; i < value_->size(); ++i)
    parts.emplace_back((*value_)[i], file_, fmt::format("{}[{}]", path_, i));
  return parts;
}

std::string JsonPart::text() const {
  if (!value_->is_string()) fail("this is no string");
  return value_->get<std::string>();
}

bool JsonPart::flag() const {
  if (!value_->is_boolean()) fail("this is neither true nor false");
  return value_->get<bool>();
}

std::int64_t JsonPart::integer() const {
  if (!value_->is_number_integer()) fail("this is no whole number");
  return value_->get<std::int64_t>();
}

void JsonPart::check_members(std::initializer_list<std::string_view> known) const {
  if (!value_->is_object()) fail("this is no JSON object");
  for (const auto& [key, value] : value_->items()) {
    if (std::find(known.begin(), known.end(), key) == known.end()) refuse(fmt::format("the member '{}'", key));
  }
}

}  // namespace partwise
