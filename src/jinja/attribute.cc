#include "jinja/attribute.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "jinja/arithmetic.h"
#include "jinja/budget.h"
#include "jinja/code_points.h"
#include "jinja/failure.h"
#include "jinja/methods.h"
#include "jinja/object.h"
#include "jinja/show.h"

namespace partwise::internal::jinja {

namespace {

constexpr std::array kUnsafeOfDicts = {"clear", "pop", "popitem", "setdefault", "update"};
constexpr std::array kUnsafeOfLists = {"append", "clear", "pop", "reverse", "insert", "sort", "extend", "remove"};
constexpr std::array kOfNumbers = {"as_integer_ratio", "bit_count",  "bit_length", "conjugate", "denominator",
                                   "fromhex",          "from_bytes", "hex",        "imag",      "is_integer",
                                   "numerator",        "real",       "to_bytes"};

template <class Names>
bool is_in(const Names& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

bool is_unsafe(const Value& value, std::string_view name) {
  if (name.starts_with("__") && name.ends_with("__")) return true;
  return (value.dict() && is_in(kUnsafeOfDicts, name)) ||
         (value.is_kind(Sequence::Kind::list) && is_in(kUnsafeOfLists, name));
}

std::string described(const Value& value) {
  return value.is<None>() ? "None" : fmt::format("{} object", type_name(value));
}

Value no_attribute(const Value& value, std::string_view name) {
  return undefined(fmt::format("'{}' has no attribute '{}'", described(value), name));
}

Value no_item(const Value& value, const Value& key) {
  if (key.text()) return no_attribute(value, *key.text());
  return undefined(fmt::format("{} has no element {}", described(value), key.sequence() ? "like that" : repr(key)));
}

/// The character at an index; nullopt past the ends.
std::optional<Value> character_at(const Value& whole, std::int64_t index) {
  const std::string& text = *whole.text();
  const auto size = static_cast<std::int64_t>(length(text));
  if (index < 0) index += size;
  if (index < 0 || index >= size) return std::nullopt;
  Budget::count_bytes(text.size() / 4);
  std::size_t at = 0;
  for (; index > 0; --index) at += character_size(text[at]);
  return jinja::text(text.substr(at, character_size(text[at])), whole.is_markup());
}

std::optional<Value> item_at(const Sequence& sequence, std::int64_t index) {
  const std::int64_t size = std::ssize(sequence.items);
  if (index < 0) index += size;
  if (index < 0 || index >= size) return std::nullopt;
  return sequence.items[static_cast<std::size_t>(index)];
}

bool has_indices(const Value& value) {
  return value.text() || (value.sequence() && value.sequence()->kind <= Sequence::Kind::range);
}

/// What Python's value[key] gives; nullopt if that is an error.
std::optional<Value> own_item(const Value& value, const Value& key) {
  if (const Dict* dict = value.dict()) {
    const bool is_unhashable = key.dict() || (key.sequence() && key.sequence()->kind != Sequence::Kind::tuple);
    const Value* found = is_unhashable ? nullptr : dict->find(key);
    return found == nullptr ? std::nullopt : std::optional(*found);
  }
  if (!has_indices(value) || (!key.is<std::int64_t>() && !key.is<bool>())) return std::nullopt;
  const std::int64_t index = to_integer(key, "index");
  return value.text() ? character_at(value, index) : item_at(*value.sequence(), index);
}

struct Bounds {
  std::int64_t start, stop, step;
};

std::int64_t bound(const Value& value, std::int64_t size, std::int64_t low, std::int64_t high, std::int64_t otherwise) {
  if (value.is<None>()) return otherwise;
  std::int64_t at = to_integer(value, "slice indices");
  if (at < 0) at = at < -size ? low : at + size;
  return std::clamp(at, low, high);
}

Bounds bounds_of(std::int64_t size, const Value& start, const Value& stop, const Value& step) {
  const std::int64_t by = step.is<None>() ? 1 : to_integer(step, "slice indices");
  if (by == 0) fail("slice step cannot be zero");
  if (by > 0) return {bound(start, size, 0, size, 0), bound(stop, size, 0, size, size), by};
  return {bound(start, size, -1, size - 1, size - 1), bound(stop, size, -1, size - 1, -1), by};
}

/// The places that a slice takes, in order.
std::vector<std::size_t> places(std::size_t size, const Value& start, const Value& stop, const Value& step) {
  const Bounds bounds = bounds_of(static_cast<std::int64_t>(size), start, stop, step);
  std::vector<std::size_t> taken;
  const auto n = static_cast<std::int64_t>(size);
  const std::int64_t by = std::clamp(bounds.step, -n - 1, n + 1);  // larger steps take one item as well
  for (std::int64_t at = bounds.start; by > 0 ? at < bounds.stop : at > bounds.stop; at += by)
    taken.push_back(static_cast<std::size_t>(at));
  return taken;
}

}  // namespace

std::optional<Value> own_attribute(const Value& value, std::string_view name) {
  if (is_unsafe(value, name))
    return undefined(fmt::format("access to attribute '{}' of '{}' object is unsafe.", name, type_name(value)));
  if (value.is_number() && is_in(kOfNumbers, name)) refuse(fmt::format("the attribute '{}' of a number", name));
  if (Object* object = value.object()) return object->attribute(name);
  return find_method(value, name);
}

Value attribute(const Value& value, std::string_view name) {
  if (const auto* missing = value.get<Undefined>()) fail(*missing->why);
  if (auto own = own_attribute(value, name)) return *own;
  const Value* found = value.dict() ? value.dict()->find(name) : nullptr;
  return found == nullptr ? no_attribute(value, name) : *found;
}

Value item(const Value& value, const Value& key) {
  if (const auto* missing = value.get<Undefined>()) fail(*missing->why);
  if (auto own = own_item(value, key)) return *own;
  if (key.text())
    if (auto own = own_attribute(value, *key.text())) return *own;
  return no_item(value, key);
}

Value slice(const Value& value, const Value& start, const Value& stop, const Value& step) {
  if (const auto* missing = value.get<Undefined>()) fail(*missing->why);
  if (value.dict()) fail("unhashable type: 'slice'");
  if (!has_indices(value)) fail(fmt::format("'{}' object is not subscriptable", type_name(value)));
  if (value.is_kind(Sequence::Kind::range)) refuse("a slice of a range");
  if (const std::string* text = value.text()) {
    const std::u32string characters = decode(*text);
    std::u32string taken;
    for (std::size_t at : places(characters.size(), start, stop, step)) taken += characters[at];
    return jinja::text(encode(taken), value.is_markup());
  }
  Items taken;
  for (std::size_t at : places(value.sequence()->items.size(), start, stop, step))
    taken.push_back(value.sequence()->items[at]);
  return sequence(value.sequence()->kind, std::move(taken));
}

}  // namespace partwise::internal::jinja
