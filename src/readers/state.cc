#include "readers/state.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "base/json.h"

namespace partwise::internal {

namespace {

[[noreturn]] void refuse_state(const std::string& what) { throw Error(ErrorCode::bad_data, what); }

constexpr double kLargest = 1e100;  // so that no product with a float overflows
constexpr int kDeepest = 3;         // levels of lists in lists

/// Appends the numbers of a list of lists of ... numbers. False if it holds anything else, or too large a number.
bool append_numbers(const Json& value, std::vector<double>& out, int depth = 0) {
  if (value.is_number()) {
    out.push_back(value.get<double>());
    return std::abs(out.back()) <= kLargest;
  }
  if (!value.is_array() || depth == kDeepest) return false;
  return std::all_of(value.begin(), value.end(),
                     [&](const Json& item) { return append_numbers(item, out, depth + 1); });
}

std::string name_of(std::int64_t c, const ReaderShape& shape) {
  return component_name(component_at(c, shape.n_layers, shape.n_heads));
}

}  // namespace

std::vector<double> numbers(const Json& state, const std::string& field, std::size_t n) {
  std::vector<double> values;
  const auto entry = state.find(field);
  const bool right = entry != state.end() && entry->is_array() && append_numbers(*entry, values);
  if (!right || (n > 0 ? values.size() != n : values.empty())) {
    refuse_state(fmt::format("'{}' is not a list of {}numbers", field, n > 0 ? std::to_string(n) + " " : ""));
  }
  return values;
}

Json by_component(std::span<const double> values, const ReaderShape& shape) {
  const std::size_t n = values.size() / static_cast<std::size_t>(shape.n_components());
  Json object = Json::object();
  for (std::int64_t c = 0; c < shape.n_components(); ++c) {
    const std::span<const double> own = values.subspan(static_cast<std::size_t>(c) * n, n);
    object[name_of(c, shape)] = n == 1 ? Json(own[0]) : Json(std::vector<double>(own.begin(), own.end()));
  }
  return object;
}

std::vector<double> by_component(const Json& state, const std::string& field, const ReaderShape& shape, std::size_t n) {
  const auto entry = state.find(field);
  if (entry == state.end() || !entry->is_object() || std::ssize(*entry) != shape.n_components()) {
    refuse_state(fmt::format("'{}' does not hold an entry for each of the {} components", field, shape.n_components()));
  }
  std::vector<double> values;
  for (std::int64_t c = 0; c < shape.n_components(); ++c) {
    const std::string name = name_of(c, shape);
    const auto own = entry->find(name);
    if (own == entry->end()) refuse_state(fmt::format("'{}' has no entry for {}", field, name));
    const std::size_t before = values.size();
    if (append_numbers(*own, values) && values.size() - before == n) continue;
    refuse_state(fmt::format("'{}' of {} is not {}: {:.60}", field, name,
                             n == 1 ? "a number" : std::to_string(n) + " numbers", own->dump()));
  }
  return values;
}

Json matrix(std::span<const double> values, std::size_t n_rows) {
  const std::size_t n = values.size() / n_rows;
  Json rows = Json::array();
  for (std::size_t i = 0; i < n_rows; ++i) {
    const std::span<const double> row = values.subspan(i * n, n);
    rows.push_back(std::vector<double>(row.begin(), row.end()));
  }
  return rows;
}

}  // namespace partwise::internal
