#include "jinja/arithmetic.h"

#include <fmt/format.h>

#include <cmath>

#include "jinja/budget.h"
#include "jinja/builder.h"
#include "jinja/failure.h"
#include "jinja/printf.h"

namespace partwise::internal::jinja {

namespace {

constexpr double kPastIntegers = 0x1p63;

bool is_whole(const Value& value) { return value.is<bool>() || value.is<std::int64_t>(); }

std::int64_t whole(const Value& value) { return value.is<bool>() ? *value.get<bool>() : *value.get<std::int64_t>(); }

[[noreturn]] void refuse_operands(std::string_view sign, const Value& a, const Value& b) {
  for (const Value* value : {&a, &b})
    if (const auto* missing = value->get<Undefined>()) fail(*missing->why);
  fail(fmt::format("unsupported operand type(s) for {}: '{}' and '{}'", sign, type_name(a), type_name(b)));
}

[[noreturn]] void refuse_large() { refuse("an integer that does not fit into 64 bits"); }

void check_numbers(std::string_view sign, const Value& a, const Value& b) {
  if (!a.is_number() || !b.is_number()) refuse_operands(sign, a, b);
}

Value added_texts(const Text& a, const Text& b) {
  if (!a.markup && !b.markup) {
    std::string sum;
    sum.reserve(a.bytes->size() + b.bytes->size());
    return text(sum.append(*a.bytes).append(*b.bytes));
  }
  return text((a.markup ? *a.bytes : escape_html(*a.bytes)) + (b.markup ? *b.bytes : escape_html(*b.bytes)), true);
}

bool are_lists(const Value& a, const Value& b) {
  return a.sequence() && b.sequence() && a.sequence()->kind == b.sequence()->kind &&
         a.sequence()->kind <= Sequence::Kind::tuple;
}

Value added_items(const Sequence& a, const Sequence& b) {
  Items items = a.items;
  items.insert(items.end(), b.items.begin(), b.items.end());
  return sequence(a.kind, std::move(items));
}

Value repeated_items(const Sequence& part, std::int64_t count) {
  if (count > 0 && part.items.size() * static_cast<double>(count) > 10'000'000) fail("a list becomes too long");
  Items items;
  for (std::int64_t i = 0; i < count && !part.items.empty(); ++i)
    items.insert(items.end(), part.items.begin(), part.items.end());
  return sequence(part.kind, std::move(items));
}

/// Text or list times a number; nullopt if it is neither.
std::optional<Value> repeat(const Value& part, const Value& count) {
  if (!is_whole(count)) return std::nullopt;
  if (part.text()) return text(repeated(*part.text(), whole(count)), part.is_markup());
  const Sequence* sequence = part.sequence();
  if (sequence == nullptr || sequence->kind > Sequence::Kind::tuple) return std::nullopt;
  return repeated_items(*sequence, whole(count));
}

std::int64_t floor_quotient(std::int64_t a, std::int64_t b) {
  if (b == -1) {
    std::int64_t result = 0;
    if (__builtin_sub_overflow(std::int64_t{0}, a, &result)) refuse_large();
    return result;
  }
  return a / b - (a % b != 0 && (a < 0) != (b < 0));
}

std::int64_t floor_remainder(std::int64_t a, std::int64_t b) {
  if (b == -1) return 0;
  const std::int64_t rest = a % b;
  return rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest;
}

double floor_remainder(double a, double b) {
  const double rest = std::fmod(a, b);
  if (rest == 0) return std::copysign(0.0, b);
  return (rest < 0) != (b < 0) ? rest + b : rest;
}

double floor_quotient(double a, double b) {
  const double quotient = (a - floor_remainder(a, b)) / b;
  if (quotient == 0) return std::copysign(0.0, a / b);
  const double floor = std::floor(quotient);
  return quotient - floor > 0.5 ? floor + 1 : floor;
}

Value whole_power(std::int64_t base, std::int64_t exponent) {
  if (exponent < 0 && base == 0) fail("0.0 cannot be raised to a negative power");
  if (exponent < 0) return real(std::pow(static_cast<double>(base), static_cast<double>(exponent)));
  if (base == 0 || base == 1 || base == -1)
    return integer(exponent == 0 ? 1 : base == -1 && exponent % 2 == 0 ? 1 : base);
  std::int64_t result = 1;
  for (std::int64_t i = 0; i < exponent; ++i)
    if (__builtin_mul_overflow(result, base, &result)) refuse_large();
  return integer(result);
}

}  // namespace

std::string repeated(std::string_view part, long long count) {
  if (count <= 0 || part.empty()) return {};
  if (static_cast<double>(part.size()) * static_cast<double>(count) > static_cast<double>(kLongestText))
    fail("a text becomes longer than 64 MiB");
  std::string whole;
  for (long long i = 0; i < count; ++i) whole += part;
  return whole;
}

std::string escape_html(std::string_view text) {
  Builder out;
  for (char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '\'':
        out += "&#39;";
        break;
      case '"':
        out += "&#34;";
        break;
      default:
        out += c;
    }
  }
  return out.take();
}

std::int64_t to_integer(const Value& value, std::string_view what) {
  if (is_whole(value)) return whole(value);
  if (const auto* missing = value.get<Undefined>()) fail(*missing->why);
  fail(fmt::format("{}: '{}' object cannot be interpreted as an integer", what, type_name(value)));
}

std::int64_t to_integer(double truncated) {
  if (truncated >= kPastIntegers || truncated < -kPastIntegers) refuse_large();
  return static_cast<std::int64_t>(truncated);
}

double to_real(const Value& number) {
  return is_whole(number) ? static_cast<double>(whole(number)) : *number.get<double>();
}

Value add(const Value& a, const Value& b) {
  if (a.text() && b.text()) return added_texts(*a.get<Text>(), *b.get<Text>());
  if (are_lists(a, b)) return added_items(*a.sequence(), *b.sequence());
  const bool joins = a.text() || a.is_kind(Sequence::Kind::list) || a.is_kind(Sequence::Kind::tuple);
  if (joins && !b.is<Undefined>())
    fail(fmt::format("can only concatenate {0} (not \"{1}\") to {0}", type_name(a), type_name(b)));
  check_numbers("+", a, b);
  if (!is_whole(a) || !is_whole(b)) return real(to_real(a) + to_real(b));
  std::int64_t result = 0;
  if (__builtin_add_overflow(whole(a), whole(b), &result)) refuse_large();
  return integer(result);
}

Value subtract(const Value& a, const Value& b) {
  check_numbers("-", a, b);
  if (!is_whole(a) || !is_whole(b)) return real(to_real(a) - to_real(b));
  std::int64_t result = 0;
  if (__builtin_sub_overflow(whole(a), whole(b), &result)) refuse_large();
  return integer(result);
}

Value multiply(const Value& a, const Value& b) {
  if (auto made = repeat(a, b)) return *made;
  if (auto made = repeat(b, a)) return *made;
  check_numbers("*", a, b);
  if (!is_whole(a) || !is_whole(b)) return real(to_real(a) * to_real(b));
  std::int64_t result = 0;
  if (__builtin_mul_overflow(whole(a), whole(b), &result)) refuse_large();
  return integer(result);
}

Value divide(const Value& a, const Value& b) {
  check_numbers("/", a, b);
  if (to_real(b) == 0) fail(is_whole(a) && is_whole(b) ? "division by zero" : "float division by zero");
  return real(to_real(a) / to_real(b));
}

Value floor_divide(const Value& a, const Value& b) {
  check_numbers("//", a, b);
  if (to_real(b) == 0) fail("integer division or modulo by zero");
  if (is_whole(a) && is_whole(b)) return integer(floor_quotient(whole(a), whole(b)));
  return real(floor_quotient(to_real(a), to_real(b)));
}

Value modulo(const Value& a, const Value& b) {
  if (a.is_markup()) refuse("a format with % that went through `safe` or `escape`");
  if (a.text()) return text(format_printf(*a.text(), b));
  check_numbers("%", a, b);
  if (to_real(b) == 0) fail("integer division or modulo by zero");
  if (is_whole(a) && is_whole(b)) return integer(floor_remainder(whole(a), whole(b)));
  return real(floor_remainder(to_real(a), to_real(b)));
}

Value power(const Value& a, const Value& b) {
  check_numbers("** or pow()", a, b);
  if (is_whole(a) && is_whole(b)) return whole_power(whole(a), whole(b));
  const double base = to_real(a), exponent = to_real(b);
  if (base == 0 && exponent < 0) fail("0.0 cannot be raised to a negative power");
  if (base < 0 && exponent != std::floor(exponent)) refuse("a complex number");
  const double result = std::pow(base, exponent);
  if (std::isinf(result) && std::isfinite(base) && std::isfinite(exponent)) fail("the result of ** is too large");
  return real(result);
}

Value negate(const Value& a) {
  if (const auto* missing = a.get<Undefined>()) fail(*missing->why);
  if (!a.is_number()) fail(fmt::format("bad operand type for unary -: '{}'", type_name(a)));
  return is_whole(a) ? subtract(integer(0), a) : real(-to_real(a));
}

Value plus(const Value& a) {
  if (const auto* missing = a.get<Undefined>()) fail(*missing->why);
  if (!a.is_number()) fail(fmt::format("bad operand type for unary +: '{}'", type_name(a)));
  return is_whole(a) ? integer(whole(a)) : a;
}

}  // namespace partwise::internal::jinja
