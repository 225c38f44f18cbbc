// Filters of lists and dicts.
#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>

#include "jinja/arguments.h"
#include "jinja/arithmetic.h"
#include "jinja/attribute.h"
#include "jinja/budget.h"
#include "jinja/builder.h"
#include "jinja/code_points.h"
#include "jinja/failure.h"
#include "jinja/filters.h"
#include "jinja/show.h"
#include "jinja/sorted.h"

namespace partwise::internal::jinja {

namespace {

Value otherwise(Run&, const Value& input, const Arguments& arguments) {
  const Bound bound("default", arguments, {"default_value", "boolean"});
  const bool is_missing = input.is<Undefined>() || (bound.flag(1, false) && !is_true(input));
  if (!is_missing) return input;
  return bound[0] ? *bound[0] : text("");
}

Value count(Run&, const Value& input, const Arguments& arguments) {
  Bound("length", arguments, {});
  return integer(length_of(input));
}

Value first(Run&, const Value& input, const Arguments& arguments) {
  Bound("first", arguments, {});
  if (Sequence* sequence = input.sequence(); sequence && sequence->kind != Sequence::Kind::generator)
    return sequence->items.empty() ? undefined("No first item, sequence was empty.") : sequence->items[0];
  if (Sequence* sequence = input.sequence(); sequence && sequence->taken < sequence->items.size())
    return sequence->items[sequence->taken++];
  const Items items = items_of(input);
  return items.empty() ? undefined("No first item, sequence was empty.") : items[0];
}

void check_reversible(const Value& input) {
  const bool has_order = input.is<Undefined>() || input.text() || input.dict() ||
                         (input.sequence() && !input.is_kind(Sequence::Kind::generator));
  if (!has_order) fail(fmt::format("'{}' object is not reversible", type_name(input)));
}

Value last(Run&, const Value& input, const Arguments& arguments) {
  Bound("last", arguments, {});
  check_reversible(input);
  if (const Sequence* sequence = input.sequence())
    return sequence->items.empty() ? undefined("No last item, sequence was empty.") : sequence->items.back();
  const Items items = items_of(input);
  return items.empty() ? undefined("No last item, sequence was empty.") : items.back();
}

Value join(Run&, const Value& input, const Arguments& arguments) {
  const Bound bound("join", arguments, {"d", "attribute"});
  const std::string between = bound[0] ? str(*bound[0]) : "";
  Builder out;
  bool is_first = true;
  for (const Value& item : items_of(input)) {
    if (!is_first) out += between;
    is_first = false;
    out += str(bound.some(1) ? value_at_path(item, *bound.some(1)) : item);
  }
  return text(out.take());
}

Value to_list(Run&, const Value& input, const Arguments& arguments) {
  Bound("list", arguments, {});
  return list(items_of(input));
}

Value reverse(Run&, const Value& input, const Arguments& arguments) {
  Bound("reverse", arguments, {});
  if (const std::string* bytes = input.text()) {
    std::u32string characters = decode(*bytes);
    std::ranges::reverse(characters);
    return text(encode(characters), input.is_markup());
  }
  Items items = items_of(input);
  std::ranges::reverse(items);
  return generator(std::move(items));
}

Value items(Run&, const Value& input, const Arguments& arguments) {
  Bound("items", arguments, {});
  if (input.is<Undefined>()) return generator({});
  if (!input.dict()) fail("Can only get item pairs from a mapping.");
  Items pairs;
  for (const auto& [key, value] : input.dict()->entries) pairs.push_back(tuple({key, value}));
  return generator(std::move(pairs));
}

Value dictsort(Run&, const Value& input, const Arguments& arguments) {
  const Bound bound("dictsort", arguments, {"case_sensitive", "by", "reverse"});
  const std::string by = bound[1] ? bound.text(1) : "key";
  if (by != "key" && by != "value") fail("You can only sort by either \"key\" or \"value\"");
  if (const auto* missing = input.get<Undefined>()) fail(*missing->why);
  if (!input.dict()) fail(fmt::format("'{}' object has no attribute 'items'", type_name(input)));
  std::vector<Keyed> pairs;
  for (const auto& [key, value] : input.dict()->entries)
    pairs.push_back({by == "key" ? key : value, tuple({key, value})});
  if (!bound.flag(0, false)) ignore_case(pairs);
  return list(sorted(std::move(pairs), bound.flag(2, false)));
}

/// The values to sort by: "name,address.city" gives a list of two.
Value sort_key(const Value& item, const Value* path, bool ignores_case) {
  if (path == nullptr) return ignores_case ? without_case(item) : item;
  if (!path->text()) return ignores_case ? without_case(value_at_path(item, *path)) : value_at_path(item, *path);
  Items keys;
  for (std::string_view rest = *path->text();; rest.remove_prefix(1)) {
    const std::size_t comma = std::min(rest.find(','), rest.size());
    const Value key = value_at_path(item, text(std::string(rest.substr(0, comma))));
    keys.push_back(ignores_case ? without_case(key) : key);
    rest.remove_prefix(comma);
    if (rest.empty()) return list(std::move(keys));
  }
}

Value sort(Run&, const Value& input, const Arguments& arguments) {
  const Bound bound("sort", arguments, {"reverse", "case_sensitive", "attribute"});
  std::vector<Keyed> keyed;
  for (const Value& item : items_of(input))
    keyed.push_back({sort_key(item, bound.some(2), !bound.flag(1, false)), item});
  return list(sorted(std::move(keyed), bound.flag(0, false)));
}

Value unique(Run&, const Value& input, const Arguments& arguments) {
  const Bound bound("unique", arguments, {"case_sensitive", "attribute"});
  std::unordered_set<std::string> seen;
  Items kept;
  for (const Value& item : items_of(input)) {
    const Value value = bound.some(1) ? value_at_path(item, *bound.some(1)) : item;
    if (seen.insert(hash_key(bound.flag(0, false) ? value : without_case(value))).second) kept.push_back(item);
  }
  return generator(std::move(kept));
}

template <bool wants_least>
Value extreme(Run&, const Value& input, const Arguments& arguments) {
  const Bound bound(wants_least ? "min" : "max", arguments, {"case_sensitive", "attribute"});
  std::vector<Keyed> keyed;
  for (const Value& item : items_of(input)) {
    const Value value = bound.some(1) ? value_at_path(item, *bound.some(1)) : item;
    keyed.push_back({bound.flag(0, false) ? value : without_case(value), item});
  }
  if (keyed.empty()) return undefined("No aggregated item, sequence was empty.");
  return first_extreme(keyed, wants_least);
}

Value sum(Run&, const Value& input, const Arguments& arguments) {
  const Bound bound("sum", arguments, {"attribute", "start"});
  Value total = bound[1] ? *bound[1] : integer(0);
  if (total.text()) fail("sum() can't sum strings [use ''.join(seq) instead]");
  for (const Value& item : items_of(input))
    total = add(total, bound.some(0) ? value_at_path(item, *bound.some(0)) : item);
  return total;
}

Value batch(Run&, const Value& input, const Arguments& arguments) {
  const Bound bound("batch", arguments, {"linecount", "fill_with"}, 1);
  const std::int64_t size = bound.whole(0, 1);
  if (size < 1) refuse("the filter 'batch' with a size below 1");
  Items rows, row;
  const Items all = items_of(input);
  for (std::size_t i = 0; i < all.size(); ++i) {
    row.push_back(all[i]);
    const bool is_last = i + 1 == all.size();
    if (is_last && bound.some(1) && size > kLongestRange) fail("batch: the row is too long");
    while (is_last && bound.some(1) && std::ssize(row) < size) row.push_back(*bound.some(1));
    if (is_last || std::ssize(row) == size) rows.push_back(list(std::exchange(row, {})));
  }
  return generator(std::move(rows));
}

Value slices(Run&, const Value& input, const Arguments& arguments) {
  const Bound bound("slice", arguments, {"slices", "fill_with"}, 1);
  const Items all = items_of(input);
  const std::int64_t n = bound.whole(0, 1);
  if (n < 1 || n > kLongestRange) refuse("the filter 'slice' with this number of slices");
  Items made;
  std::size_t at = 0;
  for (std::int64_t i = 0; i < n; ++i) {
    const bool has_extra = i < std::ssize(all) % n;
    const std::size_t size = all.size() / static_cast<std::size_t>(n) + has_extra;
    Items part(all.begin() + static_cast<std::ptrdiff_t>(at), all.begin() + static_cast<std::ptrdiff_t>(at + size));
    if (bound.some(1) && !has_extra) part.push_back(*bound.some(1));
    made.push_back(list(std::move(part)));
    at += size;
  }
  return generator(std::move(made));
}

Value attr(Run&, const Value& input, const Arguments& arguments) {
  const Bound bound("attr", arguments, {"name"}, 1);
  if (const auto* missing = input.get<Undefined>()) fail(*missing->why);
  const auto own = own_attribute(input, bound.text(0));
  return own ? *own : undefined(fmt::format("'{} object' has no attribute '{}'", type_name(input), bound.text(0)));
}

}  // namespace

const FilterTable& list_filters() {
  static const FilterTable table = {
      {"attr", attr},          {"batch", batch},       {"count", count},     {"d", otherwise},
      {"default", otherwise},  {"dictsort", dictsort}, {"first", first},     {"items", items},
      {"join", join},          {"last", last},         {"length", count},    {"list", to_list},
      {"max", extreme<false>}, {"min", extreme<true>}, {"reverse", reverse}, {"slice", slices},
      {"sort", sort},          {"sum", sum},           {"unique", unique}};
  return table;
}

}  // namespace partwise::internal::jinja
