#include "base/json_part.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/error.h"
#include "base/json.h"

namespace partwise::internal {

namespace {

/// Whether an int64 can hold the number. -2^63 itself may be what a lower number was rounded to.
bool fits(double whole) { return std::abs(whole) < 0x1p63; }

bool fits(std::uint64_t whole) { return whole <= std::numeric_limits<std::int64_t>::max(); }

}  // namespace

template <class AnyJson>
void BasicJsonPart<AnyJson>::fail(std::string_view what) const {
  std::string message = file_.empty() ? "" : file_ + ": ";
  if (!path_.empty()) message += fmt::format("'{}': ", path_);
  throw Error(ErrorCode::bad_data, message.append(what));
}

template <class AnyJson>
void BasicJsonPart<AnyJson>::fail_as_no(std::string_view what) const {
  fail(is_null() ? "this is missing" : fmt::format("this is no {}", what));
}

template <class AnyJson>
void BasicJsonPart<AnyJson>::refuse(std::string_view what) const {
  fail(fmt::format("{} is not supported", what));
}

template <class AnyJson>
BasicJsonPart<AnyJson> BasicJsonPart<AnyJson>::operator[](const std::string& key) const {
  static const AnyJson nothing;
  check_object();
  auto member = value_->find(key);
  return {member == value_->end() ? nothing : *member, file_, path_.empty() ? key : path_ + "." + key};
}

template <class AnyJson>
std::vector<BasicJsonPart<AnyJson>> BasicJsonPart<AnyJson>::elements() const {
  if (!value_->is_array()) fail_as_no("JSON array");
  std::vector<BasicJsonPart> parts;
  for (std::size_t i = 0; i < value_->size(); ++i)
    parts.emplace_back((*value_)[i], file_, fmt::format("{}[{}]", path_, i));
  return parts;
}

template <class AnyJson>
std::vector<std::pair<std::string, BasicJsonPart<AnyJson>>> BasicJsonPart<AnyJson>::members() const {
  check_object();
  std::vector<std::pair<std::string, BasicJsonPart>> members;
  for (const auto& [key, value] : value_->items())
    members.emplace_back(key, BasicJsonPart(value, file_, path_.empty() ? key : path_ + "." + key));
  return members;
}

template <class AnyJson>
std::string BasicJsonPart<AnyJson>::text() const {
  if (!value_->is_string()) fail_as_no("string");
  return value_->template get<std::string>();
}

template <class AnyJson>
bool BasicJsonPart<AnyJson>::flag() const {
  if (!value_->is_boolean()) fail("this is neither true nor false");
  return value_->template get<bool>();
}

template <class AnyJson>
std::int64_t BasicJsonPart<AnyJson>::integer() const {
  if (!value_->is_number()) fail_as_no("whole number");
  if (value_->is_number_float()) {
    const double value = number();
    if (value != std::trunc(value)) fail_as_no("whole number");
    if (!fits(value)) fail("this number is too large");
    return static_cast<std::int64_t>(value);
  }
  if (value_->is_number_unsigned() && !fits(value_->template get<std::uint64_t>())) fail("this number is too large");
  return value_->template get<std::int64_t>();
}

template <class AnyJson>
std::int64_t BasicJsonPart<AnyJson>::integer(std::int64_t low, std::int64_t high) const {
  const std::int64_t value = integer();
  if (value < low || value > high) fail(fmt::format("{} is not from {} to {}", value, low, high));
  return value;
}

template <class AnyJson>
double BasicJsonPart<AnyJson>::number() const {
  if (!value_->is_number()) fail_as_no("number");
  return value_->template get<double>();
}

template <class AnyJson>
std::vector<std::string> BasicJsonPart<AnyJson>::texts() const {
  std::vector<std::string> texts;
  for (const BasicJsonPart& element : elements()) texts.push_back(element.text());
  return texts;
}

template <class AnyJson>
void BasicJsonPart<AnyJson>::check_object() const {
  if (!value_->is_object()) fail_as_no("JSON object");
}

template <class AnyJson>
void BasicJsonPart<AnyJson>::check_members(std::initializer_list<std::string_view> known) const {
  check_object();
  for (const auto& [key, value] : value_->items()) {
    if (std::find(known.begin(), known.end(), key) == known.end()) refuse(fmt::format("the member '{}'", key));
  }
}

template class BasicJsonPart<Json>;
template class BasicJsonPart<OrderedJson>;

}  // namespace partwise::internal
