// Filters of numbers.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "jinja/arguments.h"
#include "jinja/arithmetic.h"
#include "jinja/code_points.h"
#include "jinja/failure.h"
#include "jinja/filters.h"

namespace partwise::internal::jinja {

namespace {

constexpr int kMostDigits = 300;

/// Digits without the single underscores that Python allows between them; nullopt if one is elsewhere.
std::optional<std::string> without_underscores(std::string_view digits) {
  std::string made;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    const auto is_digit = [&](std::size_t at) { return at < digits.size() && digits[at] >= '0' && digits[at] <= '9'; };
    if (digits[i] != '_') {
      made += digits[i];
    } else if (i == 0 || !is_digit(i - 1) || !is_digit(i + 1)) {
      return std::nullopt;
    }
  }
  return made;
}

/// int(text); nullopt if Python would raise ValueError.
std::optional<std::int64_t> parse_integer(std::string_view bytes) {
  const auto digits = without_underscores(strip(bytes, Side::both));
  if (!digits || digits->empty()) return std::nullopt;
  const std::size_t begin = (*digits)[0] == '+' ? 1 : 0;
  std::int64_t number = 0;
  const char* const end = digits->data() + digits->size();
  if (begin == 1 && digits->starts_with("+-")) return std::nullopt;
  const auto result = std::from_chars(digits->data() + begin, end, number);
  if (result.ec == std::errc::result_out_of_range) refuse("an integer that does not fit into 64 bits");
  if (result.ec != std::errc() || result.ptr != end) return std::nullopt;
  return number;
}

/// float(text); nullopt if Python would raise ValueError.
std::optional<double> parse_real(std::string_view bytes) {
  auto digits = without_underscores(lower(strip(bytes, Side::both)));
  if (!digits || digits->empty()) return std::nullopt;
  const bool is_negative = (*digits)[0] == '-';
  if (is_negative || (*digits)[0] == '+') digits->erase(0, 1);
  if (digits->empty() || digits->starts_with('-') || digits->starts_with("nan(")) return std::nullopt;
  double number = 0;
  const char* const end = digits->data() + digits->size();
  const auto result = std::from_chars(digits->data(), end, number);
  if (result.ptr != end || result.ec == std::errc::invalid_argument) return std::nullopt;
  if (result.ec == std::errc::result_out_of_range) number = std::strtod(digits->c_str(), nullptr);
  return is_negative ? -number : number;
}

void check_defined(const Value& value) {
  if (const auto* missing = value.get<Undefined>()) fail(*missing->why);
}

Value to_int(Run&, const Value& input, const Arguments& arguments) {
  const Bound bound("int", arguments, {"default", "base"});
  if (bound[1] && bound.whole(1, 10) != 10) refuse("a base other than 10 in the filter 'int'");
  check_defined(input);
  const Value otherwise = bound[0] ? *bound[0] : integer(0);
  if (const double* number = input.get<double>()) {
    if (std::isinf(*number)) fail("cannot convert float infinity to integer");
    return std::isnan(*number) ? otherwise : integer(to_integer(std::trunc(*number)));
  }
  if (input.is_number()) return integer(to_integer(input, "int"));
  if (!input.text()) return otherwise;
  if (const auto whole = parse_integer(*input.text())) return integer(*whole);
  const auto number = parse_real(*input.text());
  return number && std::isfinite(*number) ? integer(to_integer(std::trunc(*number))) : otherwise;
}

Value to_float(Run&, const Value& input, const Arguments& arguments) {
  const Bound bound("float", arguments, {"default"});
  check_defined(input);
  if (input.is_number()) return real(to_real(input));
  const auto number = input.text() ? parse_real(*input.text()) : std::nullopt;
  if (number) return real(*number);
  return bound[0] ? *bound[0] : real(0);
}

Value absolute(Run&, const Value& input, const Arguments& arguments) {
  Bound("abs", arguments, {});
  check_defined(input);
  if (!input.is_number()) fail(fmt::format("bad operand type for abs(): '{}'", type_name(input)));
  if (const double* number = input.get<double>()) return real(std::abs(*number));
  const std::int64_t number = to_integer(input, "abs");
  return number < 0 ? negate(integer(number)) : integer(number);
}

/// round(): the nearest decimal, to even between two.
double rounded(double number, std::int64_t digits) {
  if (digits < 0) refuse("to round to less than ones");
  if (digits > kMostDigits || !std::isfinite(number)) return number;
  return std::strtod(fmt::format("{:.{}f}", number, digits).c_str(), nullptr);
}

Value round(Run&, const Value& input, const Arguments& arguments) {
  const Bound bound("round", arguments, {"precision", "method"});
  const std::string method = bound[1] ? bound.text(1) : "common";
  if (method != "common" && method != "ceil" && method != "floor") fail("method must be common, ceil or floor");
  check_defined(input);
  if (!input.is_number()) fail(fmt::format("type {} doesn't define __round__ method", type_name(input)));
  const std::int64_t digits = bound.whole(0, 0);
  if (method == "common") {
    if (!input.is<double>() && digits >= 0) return integer(to_integer(input, "round"));
    return real(rounded(to_real(input), digits));
  }
  const Value scale = power(integer(10), integer(digits)), scaled = multiply(input, scale);
  const double exact = to_real(scaled);
  return divide(integer(to_integer(method == "ceil" ? std::ceil(exact) : std::floor(exact))), scale);
}

}  // namespace

const FilterTable& number_filters() {
  static const FilterTable table = {{"abs", absolute}, {"float", to_float}, {"int", to_int}, {"round", round}};
  return table;
}

}  // namespace partwise::internal::jinja
