#include "jinja/filters.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "jinja/attribute.h"
#include "jinja/failure.h"

namespace partwise::internal::jinja {

namespace {

/// Filters that jinja2 has and we do not.
constexpr std::array<std::string_view, 9> kRefusedFilters = {
    "filesizeformat", "groupby", "pprint", "random", "striptags", "urlencode", "urlize", "wordwrap", "xmlattr"};

bool is_digits(std::string_view part) {
  return !part.empty() && part.size() < 10 && part.find_first_not_of("0123456789") == std::string_view::npos;
}

Value key_of(std::string_view part) {
  return is_digits(part) ? integer(std::stoi(std::string(part))) : text(std::string(part));
}

}  // namespace

FilterFunction find_filter(std::string_view name) {
  for (const auto* table : {&text_filters(), &number_filters(), &list_filters(), &choosing_filters()})
    for (const auto& [known, function] : *table)
      if (known == name) return function;
  if (std::ranges::find(kRefusedFilters, name) != kRefusedFilters.end()) refuse(fmt::format("the filter '{}'", name));
  return nullptr;
}

void fail_without_filter(std::string_view name) { fail(fmt::format("No filter named '{}'.", name)); }

Value value_at_path(const Value& whole, const Value& path) {
  if (!path.text()) return item(whole, path);
  Value value = whole;
  for (std::string_view rest = *path.text();; rest.remove_prefix(1)) {
    const std::size_t dot = std::min(rest.find('.'), rest.size());
    value = item(value, key_of(rest.substr(0, dot)));
    rest.remove_prefix(dot);
    if (rest.empty()) return value;
  }
}

}  // namespace partwise::internal::jinja
