#include "jinja/compare.h"

#include <fmt/format.h>
#include <string.h>

#include <algorithm>
#include <cmath>
#include <compare>

#include "jinja/budget.h"
#include "jinja/failure.h"

namespace partwise::internal::jinja {

namespace {

std::optional<std::int64_t> whole_number(const Value& value) {
  if (const bool* flag = value.get<bool>()) return *flag;
  if (const std::int64_t* number = value.get<std::int64_t>()) return *number;
  return std::nullopt;
}

/// Exact, as in Python: 2^53 + 1 is no double.
std::partial_ordering compare_with_double(std::int64_t whole, double number) {
  if (std::isnan(number)) return std::partial_ordering::unordered;
  if (number >= 0x1p63) return std::partial_ordering::less;
  if (number < -0x1p63) return std::partial_ordering::greater;
  const double floor = std::floor(number);
  const auto below = static_cast<std::int64_t>(floor);
  if (whole != below) return whole <=> below;
  return number > floor ? std::partial_ordering::less : std::partial_ordering::equivalent;
}

std::partial_ordering reversed(std::partial_ordering order) { return 0 <=> order; }

std::partial_ordering compare_numbers(const Value& a, const Value& b) {
  const auto x = whole_number(a), y = whole_number(b);
  if (x && y) return *x <=> *y;
  if (x) return compare_with_double(*x, *b.get<double>());
  if (y) return reversed(compare_with_double(*y, *a.get<double>()));
  return *a.get<double>() <=> *b.get<double>();
}

bool equal_sequences(const Sequence& a, const Sequence& b) {
  if (&a == &b) return true;
  const bool is_opaque = a.kind == Sequence::Kind::generator || a.kind == Sequence::Kind::values;
  if (a.kind != b.kind || is_opaque) return false;
  if (a.kind == Sequence::Kind::keys || a.kind == Sequence::Kind::items) refuse("to compare the views of two dicts");
  Budget::count_bytes(std::min(a.extent.bytes, b.extent.bytes) / 16);
  return std::ranges::equal(a.items, b.items, equal);
}

bool equal_dicts(const Dict& a, const Dict& b) {
  if (&a == &b) return true;
  if (a.entries.size() != b.entries.size()) return false;
  Budget::count_bytes(a.extent.bytes / 16);
  return std::ranges::all_of(a.entries, [&](const auto& entry) {
    const Value* other = b.find(entry.first);
    return other != nullptr && equal(entry.second, *other);
  });
}

[[noreturn]] void refuse_order(const Value& a, const Value& b, std::string_view sign) {
  for (const Value* value : {&a, &b})
    if (const auto* missing = value->get<Undefined>()) fail(*missing->why);
  const bool is_swapped = sign.starts_with('>');  // a > b is computed as b < a
  fail(fmt::format("'{}' not supported between instances of '{}' and '{}'", sign, type_name(is_swapped ? b : a),
                   type_name(is_swapped ? a : b)));
}

bool are_ordered_sequences(const Value& a, const Value& b) {
  return a.sequence() && b.sequence() && a.sequence()->kind == b.sequence()->kind &&
         a.sequence()->kind <= Sequence::Kind::tuple;
}

std::partial_ordering compare(const Value& a, const Value& b, std::string_view sign);

/// By the first items that differ.
std::partial_ordering compare_items(const Items& a, const Items& b, std::string_view sign) {
  Budget::count_steps(static_cast<std::int64_t>(std::min(a.size(), b.size())));
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i)
    if (!equal(a[i], b[i])) return compare(a[i], b[i], sign);
  return a.size() <=> b.size();
}

std::partial_ordering compare(const Value& a, const Value& b, std::string_view sign) {
  if (a.is_number() && b.is_number()) return compare_numbers(a, b);
  if (a.text() && b.text()) return *a.text() <=> *b.text();
  if (are_ordered_sequences(a, b)) return compare_items(a.sequence()->items, b.sequence()->items, sign);
  refuse_order(a, b, sign);
}

bool has_item(const Sequence& sequence, const Value& item) {
  Budget::count_steps(std::ssize(sequence.items) / 8);
  return std::ranges::any_of(sequence.items, [&](const Value& each) { return equal(each, item); });
}

/// Takes the items up to the one that is found.
bool take_until(Sequence& generator, const Value& item) {
  while (generator.taken < generator.items.size())
    if (equal(generator.items[generator.taken++], item)) return true;
  return false;
}

}  // namespace

bool equal(const Value& a, const Value& b) {
  if (a.is_number() && b.is_number()) return compare_numbers(a, b) == 0;
  if (a.text() && b.text()) return *a.text() == *b.text();
  if (a.sequence() && b.sequence()) return equal_sequences(*a.sequence(), *b.sequence());
  if (a.dict() && b.dict()) return equal_dicts(*a.dict(), *b.dict());
  if (a.object() && b.object()) return a.object() == b.object();
  return (a.is<None>() && b.is<None>()) || (a.is<Undefined>() && b.is<Undefined>());
}

bool less(const Value& a, const Value& b, std::string_view sign) { return compare(a, b, sign) < 0; }

bool less_or_equal(const Value& a, const Value& b, std::string_view sign) { return compare(a, b, sign) <= 0; }

bool contains(const Value& whole, const Value& item) {
  if (whole.is<Undefined>()) return false;
  if (const Dict* dict = whole.dict()) return dict->find(item) != nullptr;
  if (Sequence* sequence = whole.sequence())
    return sequence->kind == Sequence::Kind::generator ? take_until(*sequence, item) : has_item(*sequence, item);
  if (!whole.text()) fail(fmt::format("argument of type '{}' is not iterable", type_name(whole)));
  if (!item.text()) fail(fmt::format("'in <string>' requires string as left operand, not {}", type_name(item)));
  Budget::count_bytes(whole.text()->size() / 16);
  return memmem(whole.text()->data(), whole.text()->size(), item.text()->data(), item.text()->size()) != nullptr;
}

}  // namespace partwise::internal::jinja
