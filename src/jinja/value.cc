#include "jinja/value.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>

#include "jinja/budget.h"
#include "jinja/code_points.h"
#include "jinja/compare.h"
#include "jinja/failure.h"
#include "jinja/object.h"

namespace partwise::internal::jinja {

namespace {

constexpr std::size_t kFewEntries = 12;

void add(Extent& extent, const Extent& part) {
  extent.depth = std::max(extent.depth, part.depth + 1);
  extent.bytes += part.bytes;
  if (extent.depth > kDeepestValue) fail(fmt::format("a value nests more than {} levels deep", kDeepestValue));
  if (extent.bytes > kLargestValue) fail("a value becomes larger than 1 GiB");
}

Extent extent_of_items(const Items& items) {
  Extent extent{1, sizeof(Sequence) + items.size() * sizeof(Value)};
  for (const Value& item : items) add(extent, extent_of(item));
  return extent;
}

/// The place of the entry that has the key.
const std::pair<Value, Value>* find_entry(const Dict& dict, const Value& key) {
  if (!dict.index.empty()) {
    const auto found = dict.index.find(hash_key(key));
    return found == dict.index.end() ? nullptr : &dict.entries[found->second];
  }
  for (const auto& entry : dict.entries)
    if (equal(entry.first, key)) return &entry;
  return nullptr;
}

void add_entry(Dict& dict, std::unordered_map<std::string, std::size_t>& index, std::pair<Value, Value> entry) {
  const auto [found, is_new] = index.emplace(hash_key(entry.first), dict.entries.size());
  if (!is_new) return void(dict.entries[found->second].second = std::move(entry.second));
  dict.entries.push_back(std::move(entry));
}

/// Numbers that are equal have the same text.
std::string number_key(double number) {
  if (number == std::floor(number) && std::abs(number) < 0x1p63)
    return fmt::format("i{}", static_cast<std::int64_t>(number));
  return fmt::format("f{:x}", std::bit_cast<std::uint64_t>(number));
}

std::string tuple_key(const Sequence& sequence) {
  std::string key = "(";
  for (const Value& item : sequence.items) {
    const std::string part = hash_key(item);
    key += fmt::format("{}:{}", part.size(), part);
  }
  return key + ")";
}

std::string_view sequence_type(Sequence::Kind kind) {
  switch (kind) {
    case Sequence::Kind::list:
      return "list";
    case Sequence::Kind::tuple:
      return "tuple";
    case Sequence::Kind::range:
      return "range";
    case Sequence::Kind::keys:
      return "dict_keys";
    case Sequence::Kind::values:
      return "dict_values";
    case Sequence::Kind::items:
      return "dict_items";
    case Sequence::Kind::generator:
      return "generator";
  }
  return "";
}

Items rest_of(Sequence& sequence) {
  Budget::count_bytes(sequence.items.size() * sizeof(Value));
  if (sequence.kind != Sequence::Kind::generator) return sequence.items;
  Items rest(sequence.items.begin() + static_cast<std::ptrdiff_t>(sequence.taken), sequence.items.end());
  sequence.taken = sequence.items.size();
  return rest;
}

Items characters(std::string_view bytes) {
  Items items;
  Budget::count_bytes(bytes.size() * (sizeof(Value) + sizeof(std::string)));
  for (std::size_t at = 0; at < bytes.size();) {
    const std::size_t size = character_size(bytes[at]);
    items.push_back(text(std::string(bytes.substr(at, size))));
    at += size;
  }
  return items;
}

}  // namespace

const Value* Dict::find(const Value& key) const {
  if (!key.text()) hash_key(key);
  const auto* entry = find_entry(*this, key);
  return entry == nullptr ? nullptr : &entry->second;
}

const Value* Dict::find(std::string_view key) const {
  if (!index.empty()) return find(jinja::text(std::string(key)));
  for (const auto& [name, value] : entries)
    if (name.text() && *name.text() == key) return &value;
  return nullptr;
}

Value none() { return Value(None{}); }
Value boolean(bool value) { return Value(value); }
Value integer(std::int64_t value) { return Value(value); }
Value real(double value) { return Value(value); }

Value text(std::string bytes, bool markup) {
  if (bytes.size() > kLongestText) fail("a text becomes longer than 64 MiB");
  Budget::count_bytes(sizeof(std::string) + bytes.size());
  return Value(Text{std::make_shared<const std::string>(std::move(bytes)), markup});
}

Value undefined(std::string why) { return Value(Undefined{std::make_shared<const std::string>(std::move(why))}); }

Value sequence(Sequence::Kind kind, Items items) {
  const Extent extent = extent_of_items(items);
  Budget::count_bytes(sizeof(Sequence) + items.size() * sizeof(Value));
  return Value(std::make_shared<Sequence>(Sequence{kind, std::move(items), "", 0, extent}));
}

Value list(Items items) { return sequence(Sequence::Kind::list, std::move(items)); }
Value tuple(Items items) { return sequence(Sequence::Kind::tuple, std::move(items)); }
Value generator(Items items) { return sequence(Sequence::Kind::generator, std::move(items)); }

Value range(std::int64_t start, std::int64_t stop, std::int64_t step) {
  if (step == 0) fail("range() arg 3 must not be zero");
  const double count = std::ceil((static_cast<double>(stop) - static_cast<double>(start)) / static_cast<double>(step));
  if (count > static_cast<double>(kLongestRange)) fail(fmt::format("a range has more than {} items", kLongestRange));
  Items items;
  for (std::int64_t i = 0; i < static_cast<std::int64_t>(count); ++i) items.push_back(integer(start + i * step));
  Value made = sequence(Sequence::Kind::range, std::move(items));
  made.sequence()->shown =
      step == 1 ? fmt::format("range({}, {})", start, stop) : fmt::format("range({}, {}, {})", start, stop, step);
  return made;
}

Value dict(std::vector<std::pair<Value, Value>> entries) {
  auto made = std::make_shared<Dict>();
  std::unordered_map<std::string, std::size_t> index;
  for (auto& entry : entries) add_entry(*made, index, std::move(entry));
  if (made->entries.size() > kFewEntries) made->index = std::move(index);
  made->extent = {1, sizeof(Dict)};
  for (const auto& [key, value] : made->entries) {
    made->extent.bytes += extent_of(key).bytes + 2 * sizeof(Value);
    add(made->extent, extent_of(value));
  }
  Budget::count_bytes(sizeof(Dict) + made->entries.size() * 4 * sizeof(Value));
  return Value(std::shared_ptr<const Dict>(std::move(made)));
}

Value object(std::shared_ptr<Object> object) {
  Budget::count_bytes(sizeof(Value) * 4);
  return Value(std::move(object));
}

Extent extent_of(const Value& value) {
  if (const std::string* bytes = value.text()) return {0, bytes->size()};
  if (const Sequence* sequence = value.sequence()) return sequence->extent;
  if (const Dict* dict = value.dict()) return dict->extent;
  return {0, 1};
}

std::string_view type_name(const Value& value) {
  if (value.is<Undefined>()) return "Undefined";
  if (value.is<None>()) return "NoneType";
  if (value.is<bool>()) return "bool";
  if (value.is<std::int64_t>()) return "int";
  if (value.is<double>()) return "float";
  if (value.text()) return value.is_markup() ? "Markup" : "str";
  if (value.sequence()) return sequence_type(value.sequence()->kind);
  if (value.dict()) return "dict";
  return value.object() ? value.object()->type_name() : "missing";
}

bool is_true(const Value& value) {
  if (const bool* flag = value.get<bool>()) return *flag;
  if (const std::int64_t* number = value.get<std::int64_t>()) return *number != 0;
  if (const double* number = value.get<double>()) return *number != 0;
  if (const std::string* bytes = value.text()) return !bytes->empty();
  if (const Dict* dict = value.dict()) return !dict->entries.empty();
  if (const Object* object = value.object()) return object->truth();
  const Sequence* sequence = value.sequence();
  return sequence != nullptr && (sequence->kind == Sequence::Kind::generator || !sequence->items.empty());
}

bool is_iterable(const Value& value) {
  return value.is<Undefined>() || value.text() || value.sequence() || value.dict() ||
         (value.object() && value.object()->length());
}

Items items_of(const Value& value) {
  if (value.is<Undefined>()) return {};
  if (Sequence* sequence = value.sequence()) return rest_of(*sequence);
  if (const std::string* bytes = value.text()) return characters(*bytes);
  if (value.object() && value.object()->length()) refuse("to iterate over 'loop'");
  const Dict* dict = value.dict();
  if (dict == nullptr) fail(fmt::format("'{}' object is not iterable", type_name(value)));
  Items keys;
  for (const auto& [key, entry] : dict->entries) keys.push_back(key);
  return keys;
}

std::int64_t length_of(const Value& value) {
  if (value.is<Undefined>()) return 0;
  if (const std::string* bytes = value.text()) return static_cast<std::int64_t>(length(*bytes));
  if (const Dict* dict = value.dict()) return std::ssize(dict->entries);
  const Sequence* sequence = value.sequence();
  if (sequence != nullptr && sequence->kind != Sequence::Kind::generator) return std::ssize(sequence->items);
  if (value.object() && value.object()->length()) return *value.object()->length();
  fail(fmt::format("object of type '{}' has no len()", type_name(value)));
}

std::string hash_key(const Value& key) {
  if (const std::string* bytes = key.text()) return "s" + *bytes;
  if (const bool* flag = key.get<bool>()) return *flag ? "i1" : "i0";
  if (const std::int64_t* number = key.get<std::int64_t>()) return fmt::format("i{}", *number);
  if (const double* number = key.get<double>()) return number_key(*number);
  if (key.is<None>()) return "n";
  if (key.is<Undefined>()) return "u";
  if (key.is_kind(Sequence::Kind::tuple)) return tuple_key(*key.sequence());
  if (key.object()) return fmt::format("o{}", static_cast<const void*>(key.object()));
  fail(fmt::format("unhashable type: '{}'", type_name(key)));
}

}  // namespace partwise::internal::jinja
