#include "jinja/methods.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "jinja/arguments.h"
#include "jinja/compare.h"
#include "jinja/failure.h"

namespace partwise::internal::jinja {

namespace {

constexpr std::array<std::string_view, 6> kRefusedOfTexts = {"encode",       "expandtabs", "format_map",
                                                             "isidentifier", "maketrans",  "translate"};

Value get(Run&, const Value& self, const Arguments& arguments) {
  const Bound bound("get", arguments, {"key", "default"}, 1);
  if (!arguments.named.empty()) fail("get() takes no keyword arguments");
  const Value* found = self.dict()->find(*bound[0]);
  if (found != nullptr) return *found;
  return bound[1] ? *bound[1] : none();
}

Value keys(Run&, const Value& self, const Arguments& arguments) {
  Bound("keys", arguments, {});
  return sequence(Sequence::Kind::keys, items_of(self));
}

Value values(Run&, const Value& self, const Arguments& arguments) {
  Bound("values", arguments, {});
  Items made;
  for (const auto& [key, value] : self.dict()->entries) made.push_back(value);
  return sequence(Sequence::Kind::values, std::move(made));
}

Value pairs(Run&, const Value& self, const Arguments& arguments) {
  Bound("items", arguments, {});
  Items made;
  for (const auto& [key, value] : self.dict()->entries) made.push_back(tuple({key, value}));
  return sequence(Sequence::Kind::items, std::move(made));
}

Value copy(Run&, const Value& self, const Arguments& arguments) {
  Bound("copy", arguments, {});
  return self.dict() ? dict(self.dict()->entries) : list(self.sequence()->items);
}

Value count_items(Run&, const Value& self, const Arguments& arguments) {
  const Bound bound("count", arguments, {"value"}, 1);
  return integer(
      std::ranges::count_if(self.sequence()->items, [&](const Value& item) { return equal(item, *bound[0]); }));
}

Value index_of(Run&, const Value& self, const Arguments& arguments) {
  const Bound bound("index", arguments, {"value"}, 1);
  const Items& items = self.sequence()->items;
  const auto found = std::ranges::find_if(items, [&](const Value& item) { return equal(item, *bound[0]); });
  if (found == items.end()) fail("the value of index() is not in the list");
  return integer(found - items.begin());
}

template <class Table>
std::optional<Value> bound_method(const Table& table, const Value& self, std::string_view name) {
  for (const auto& [known, call] : table)
    if (known == name) return object(std::make_shared<Function>(known, call, self));
  return std::nullopt;
}

/// Stands for methods that only Python has: its name is in `self`.
Value refused(Run&, const Value& self, const Arguments&) { refuse(fmt::format("the method '{}'", *self.text())); }

std::optional<Value> refused_method(std::string_view name) {
  return object(std::make_shared<Function>("", refused, text(std::string(name))));
}

const MethodTable& dict_methods() {
  static const MethodTable table = {{"get", get}, {"keys", keys}, {"values", values}, {"items", pairs}, {"copy", copy}};
  return table;
}

const MethodTable& list_methods() {
  static const MethodTable table = {{"count", count_items}, {"index", index_of}, {"copy", copy}};
  return table;
}

std::optional<Value> method_of_text(const Value& value, std::string_view name) {
  for (const auto* table : {&text_methods(), &splitting_methods(), &searching_methods()})
    if (auto method = bound_method(*table, value, name)) return method;
  if (std::ranges::find(kRefusedOfTexts, name) != kRefusedOfTexts.end()) return refused_method(name);
  return std::nullopt;
}

}  // namespace

std::optional<Value> find_method(const Value& value, std::string_view name) {
  if (value.text()) return method_of_text(value, name);
  if (value.dict()) return name == "fromkeys" ? refused_method(name) : bound_method(dict_methods(), value, name);
  if (value.is_kind(Sequence::Kind::list)) return bound_method(list_methods(), value, name);
  if (value.is_kind(Sequence::Kind::tuple) && name != "copy") return bound_method(list_methods(), value, name);
  if (value.is_kind(Sequence::Kind::range) && (name == "start" || name == "stop" || name == "step"))
    refuse(fmt::format("the attribute '{}' of a range", name));
  if (value.is_kind(Sequence::Kind::range) && name != "copy") return bound_method(list_methods(), value, name);
  return std::nullopt;
}

}  // namespace partwise::internal::jinja
