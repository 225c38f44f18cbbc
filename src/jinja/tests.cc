#include "jinja/tests.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "jinja/arguments.h"
#include "jinja/arithmetic.h"
#include "jinja/code_points.h"
#include "jinja/compare.h"
#include "jinja/failure.h"
#include "jinja/show.h"

namespace partwise::internal::jinja {

namespace {

template <bool (*holds)(const Value&)>
bool plain(const Value& input, const Arguments& arguments) {
  Bound("the test", arguments, {});
  return holds(input);
}

template <bool (*holds)(const Value&, const Value&)>
bool with_other(const Value& input, const Arguments& arguments) {
  const Bound bound("the test", arguments, {"other"}, 1);
  return holds(input, *bound[0]);
}

template <class T>
bool holds(const Value& value) {
  return value.is<T>();
}

std::int64_t remainder(const Value& value, std::int64_t by) {
  if (value.is<double>()) {
    const double rest = to_real(modulo(value, integer(by)));
    return rest == 0 ? 0 : rest == 1 ? 1 : 2;
  }
  return to_integer(modulo(value, integer(by)), "the test");
}

bool is_odd(const Value& value) { return remainder(value, 2) == 1; }
bool is_even(const Value& value) { return remainder(value, 2) == 0; }
bool is_divisible(const Value& value, const Value& by) { return equal(modulo(value, by), integer(0)); }
bool is_defined(const Value& value) { return !value.is<Undefined>(); }
bool is_true_itself(const Value& value) { return value.is<bool>() && *value.get<bool>(); }
bool is_false_itself(const Value& value) { return value.is<bool>() && !*value.get<bool>(); }
bool is_text(const Value& value) { return value.text() != nullptr; }
bool is_mapping(const Value& value) { return value.dict() != nullptr; }
bool is_number(const Value& value) { return value.is_number(); }
bool is_escaped(const Value& value) { return value.is_markup(); }
bool is_callable(const Value& value) {
  return value.is<Undefined>() || (value.object() && value.object()->is_callable());
}

bool is_sequence(const Value& value) {
  return value.is<Undefined>() || value.text() || value.dict() ||
         (value.sequence() && value.sequence()->kind <= Sequence::Kind::range);
}

bool is_lower_text(const Value& value) {
  const std::u32string characters = decode(str(value));
  return std::ranges::any_of(characters, is_lower) &&
         std::ranges::none_of(characters, [](char32_t c) { return is_cased(c) && !is_lower(c); });
}

bool is_upper_text(const Value& value) {
  const std::u32string characters = decode(str(value));
  return std::ranges::any_of(characters, is_upper) &&
         std::ranges::none_of(characters, [](char32_t c) { return is_cased(c) && !is_upper(c); });
}

bool is_same(const Value& a, const Value& b) {
  if ((a.text() && b.text()) || (a.is_number() && b.is_number() && !a.is<bool>() && !b.is<bool>()))
    refuse("the test 'sameas' of strings and numbers");
  if (a.sequence() || b.sequence()) return a.sequence() == b.sequence();
  if (a.dict() || b.dict()) return a.dict() == b.dict();
  if (a.object() || b.object()) return a.object() == b.object();
  return type_name(a) == type_name(b) && equal(a, b);
}

bool is_other(const Value& a, const Value& b) { return !equal(a, b); }
bool is_below(const Value& a, const Value& b) { return less(a, b); }
bool is_at_most(const Value& a, const Value& b) { return less_or_equal(a, b); }
bool is_above(const Value& a, const Value& b) { return less(b, a, ">"); }
bool is_at_least(const Value& a, const Value& b) { return less_or_equal(b, a, ">="); }
bool is_inside(const Value& a, const Value& b) { return contains(b, a); }

using Entry = std::pair<std::string_view, TestFunction>;

constexpr std::array kTests = {Entry{"boolean", plain<holds<bool>>},  Entry{"callable", plain<is_callable>},
                               Entry{"defined", plain<is_defined>},   Entry{"escaped", plain<is_escaped>},
                               Entry{"even", plain<is_even>},         Entry{"false", plain<is_false_itself>},
                               Entry{"float", plain<holds<double>>},  Entry{"integer", plain<holds<std::int64_t>>},
                               Entry{"iterable", plain<is_iterable>}, Entry{"lower", plain<is_lower_text>},
                               Entry{"mapping", plain<is_mapping>},   Entry{"none", plain<holds<None>>},
                               Entry{"number", plain<is_number>},     Entry{"odd", plain<is_odd>},
                               Entry{"sequence", plain<is_sequence>}, Entry{"string", plain<is_text>},
                               Entry{"true", plain<is_true_itself>},  Entry{"undefined", plain<holds<Undefined>>},
                               Entry{"upper", plain<is_upper_text>}};

constexpr std::array kTestsWithOther = {
    Entry{"==", with_other<equal>},
    Entry{"eq", with_other<equal>},
    Entry{"equalto", with_other<equal>},
    Entry{"!=", with_other<is_other>},
    Entry{"ne", with_other<is_other>},
    Entry{"<", with_other<is_below>},
    Entry{"lt", with_other<is_below>},
    Entry{"lessthan", with_other<is_below>},
    Entry{"<=", with_other<is_at_most>},
    Entry{"le", with_other<is_at_most>},
    Entry{">", with_other<is_above>},
    Entry{"gt", with_other<is_above>},
    Entry{"greaterthan", with_other<is_above>},
    Entry{">=", with_other<is_at_least>},
    Entry{"ge", with_other<is_at_least>},
    Entry{"in", with_other<is_inside>},
    Entry{"divisibleby", with_other<is_divisible>},
    Entry{"sameas", with_other<is_same>},
};

}  // namespace

TestFunction find_test(std::string_view name) {
  for (const auto& [known, function] : kTests)
    if (known == name) return function;
  for (const auto& [known, function] : kTestsWithOther)
    if (known == name) return function;
  if (name == "filter" || name == "test") refuse(fmt::format("the test '{}'", name));
  return nullptr;
}

void fail_without_test(std::string_view name) { fail(fmt::format("No test named '{}'.", name)); }

}  // namespace partwise::internal::jinja
