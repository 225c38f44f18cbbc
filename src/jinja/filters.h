// The filters that templates may use: `value | name(arguments)`.
#pragma once

#include <string_view>
#include <utility>
#include <vector>

#include "jinja/object.h"
#include "jinja/value.h"

namespace partwise::internal::jinja {

using FilterFunction = Value (*)(Run& run, const Value& input, const Arguments& arguments);
using FilterTable = std::vector<std::pair<std::string_view, FilterFunction>>;

/// nullptr if there is no such filter in jinja2. Errors: bad_data for those that only jinja2 has.
FilterFunction find_filter(std::string_view name);

// The lists that find_filter searches.
const FilterTable& text_filters();
const FilterTable& number_filters();
const FilterTable& list_filters();
const FilterTable& choosing_filters();

/// Errors: bad_data if there is no filter with the name.
[[noreturn]] void fail_without_filter(std::string_view name);

/// A part of a value by a path such as "function.name", or an index; how filters take `attribute`.
Value value_at_path(const Value& whole, const Value& path);

}  // namespace partwise::internal::jinja
