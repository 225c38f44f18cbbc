#include "decompose/run_info.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/error.h"
#include "base/json.h"

namespace partwise::internal {

namespace {

[[noreturn]] void fail(std::string_view key, const char* what, const std::string& text) {
  throw Error(ErrorCode::bad_data, fmt::format("the run's {} is not {}: {}", key, what, text));
}

template <class T>
T number(const std::string& text, std::string_view key, const char* what = "a whole number") {
  T value = 0;
  const char* end = text.data() + text.size();
  const auto [last, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || last != end) fail(key, what, text);
  return value;
}

template <class T>
std::vector<T> list(const std::string& text, std::string_view key, const char* what, bool (*is_item)(const Json&)) {
  const Json json = parse_json(text, fmt::format("the run's {}", key));
  if (!json.is_array() || !std::all_of(json.begin(), json.end(), is_item)) fail(key, what, text);
  return json.get<std::vector<T>>();
}

}  // namespace

std::string RunInfo::text(std::string_view key) const {
  const auto entry = entries.find(std::string(key));
  return entry == entries.end() ? "" : entry->second;
}

std::int64_t FactText<std::int64_t>::read(const std::string& text, std::string_view key) {
  return number<std::int64_t>(text, key);
}

std::uint64_t FactText<std::uint64_t>::read(const std::string& text, std::string_view key) {
  return number<std::uint64_t>(text, key);
}

std::string FactText<double>::write(double value) { return fmt::format("{}", value); }

double FactText<double>::read(const std::string& text, std::string_view key) {
  return number<double>(text, key, "a number");
}

std::string FactText<std::vector<std::string>>::write(const std::vector<std::string>& value) {
  return Json(value).dump();
}

std::vector<std::string> FactText<std::vector<std::string>>::read(const std::string& text, std::string_view key) {
  return list<std::string>(text, key, "a JSON list of strings", [](const Json& item) { return item.is_string(); });
}

std::string FactText<std::vector<std::vector<std::string>>>::write(const std::vector<std::vector<std::string>>& value) {
  return Json(value).dump();
}

std::vector<std::vector<std::string>> FactText<std::vector<std::vector<std::string>>>::read(const std::string& text,
                                                                                            std::string_view key) {
  const auto is_list = [](const Json& item) {
    return item.is_array() && std::ranges::all_of(item, [](const Json& word) { return word.is_string(); });
  };
  return list<std::vector<std::string>>(text, key, "a JSON list of lists of strings", is_list);
}

std::string FactText<std::vector<std::int64_t>>::write(const std::vector<std::int64_t>& value) {
  return Json(value).dump();
}

std::vector<std::int64_t> FactText<std::vector<std::int64_t>>::read(const std::string& text, std::string_view key) {
  return list<std::int64_t>(text, key, "a JSON list of whole numbers",
                            [](const Json& item) { return item.is_number_integer(); });
}

}  // namespace partwise::internal
