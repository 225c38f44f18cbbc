// Filters that apply a filter or a test to each item: map, select, reject, selectattr, rejectattr.
#include <fmt/format.h>

#include "jinja/arguments.h"
#include "jinja/budget.h"
#include "jinja/failure.h"
#include "jinja/filters.h"
#include "jinja/tests.h"

namespace partwise::internal::jinja {

namespace {

const std::string& name_in(const Arguments& arguments, std::size_t i) {
  const std::string* name = arguments.positional[i].text();
  if (name == nullptr)
    fail(fmt::format("the name of a filter or test is a str, not {}", type_name(arguments.positional[i])));
  return *name;
}

/// The arguments behind the first `n`.
Arguments behind(const Arguments& arguments, std::size_t n) {
  Arguments rest = arguments;
  rest.positional.erase(rest.positional.begin(), rest.positional.begin() + static_cast<std::ptrdiff_t>(n));
  return rest;
}

Value mapped_by_path(const Value& input, const Arguments& arguments) {
  const Bound bound("map", arguments, {"attribute", "default"});
  Items made;
  for (const Value& item : items_of(input)) {
    Value value = value_at_path(item, *bound[0]);
    made.push_back(value.is<Undefined>() && bound.some(1) ? *bound.some(1) : std::move(value));
  }
  return generator(std::move(made));
}

Value map(Run& run, const Value& input, const Arguments& arguments) {
  if (!is_true(input)) return generator({});
  const bool by_path = !arguments.named.empty() && arguments.positional.empty();
  if (by_path && arguments.named[0].first == "attribute") return mapped_by_path(input, arguments);
  if (arguments.positional.empty()) fail("map requires a filter argument");
  const FilterFunction filter = find_filter(name_in(arguments, 0));
  if (filter == nullptr) fail_without_filter(name_in(arguments, 0));
  const Arguments rest = behind(arguments, 1);
  Items made;
  for (const Value& item : items_of(input)) {
    Budget::count_steps(1);
    made.push_back(filter(run, item, rest));
  }
  return generator(std::move(made));
}

template <bool by_attribute, bool keeps>
Value choose(Run&, const Value& input, const Arguments& arguments) {
  if (!is_true(input)) return generator({});
  const std::size_t n_paths = by_attribute ? 1 : 0;
  if (arguments.positional.size() < n_paths) fail("Missing parameter for attribute name");
  const bool has_test = arguments.positional.size() > n_paths;
  const TestFunction test = has_test ? find_test(name_in(arguments, n_paths)) : nullptr;
  if (has_test && test == nullptr) fail_without_test(name_in(arguments, n_paths));
  const Arguments rest = behind(arguments, n_paths + has_test);
  Items kept;
  for (const Value& item : items_of(input)) {
    Budget::count_steps(1);
    const Value value = by_attribute ? value_at_path(item, arguments.positional[0]) : item;
    if ((has_test ? test(value, rest) : is_true(value)) == keeps) kept.push_back(item);
  }
  return generator(std::move(kept));
}

}  // namespace

const FilterTable& choosing_filters() {
  static const FilterTable table = {{"map", map},
                                    {"select", choose<false, true>},
                                    {"reject", choose<false, false>},
                                    {"selectattr", choose<true, true>},
                                    {"rejectattr", choose<true, false>}};
  return table;
}

}  // namespace partwise::internal::jinja
