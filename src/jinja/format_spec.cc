// Python's format specification: [[fill]align][sign][#][0][width][grouping][.precision][type].
#include <fmt/format.h>

#include <array>
#include <cmath>

#include "jinja/arithmetic.h"
#include "jinja/builder.h"
#include "jinja/code_points.h"
#include "jinja/failure.h"
#include "jinja/printf.h"
#include "jinja/show.h"

namespace partwise::internal::jinja {

namespace {

constexpr int kWidest = 10'000;
constexpr std::string_view kAligns = "<>^=";

/// Takes digits from the front of `text`; `otherwise` if there are none.
int take_number(std::string_view& text, int otherwise) {
  int number = 0, n = 0;
  for (; !text.empty() && text[0] >= '0' && text[0] <= '9'; text.remove_prefix(1), ++n) {
    number = number * 10 + (text[0] - '0');
    if (number > kWidest) refuse("a width or precision of more than 10,000");
  }
  return n == 0 ? otherwise : number;
}

bool take(std::string_view& text, char wanted) {
  if (text.empty() || text[0] != wanted) return false;
  text.remove_prefix(1);
  return true;
}

void take_align(std::string_view& text, FormatSpec& spec) {
  const std::size_t size = text.empty() ? 0 : character_size(text[0]);
  if (text.size() > size && size > 0 && kAligns.find(text[size]) != std::string_view::npos) {
    spec.fill = std::string(text.substr(0, size));
    spec.align = text[size];
    text.remove_prefix(size + 1);
  } else if (!text.empty() && kAligns.find(text[0]) != std::string_view::npos) {
    spec.align = text[0];
    text.remove_prefix(1);
  }
}

std::string digits_of(std::uint64_t number, char type, bool alternate) {
  switch (type) {
    case 'x':
      return (alternate ? "0x" : "") + fmt::format("{:x}", number);
    case 'X':
      return (alternate ? "0X" : "") + fmt::format("{:X}", number);
    case 'o':
      return (alternate ? "0o" : "") + fmt::format("{:o}", number);
    case 'b':
      return (alternate ? "0b" : "") + fmt::format("{:b}", number);
    default:
      return std::to_string(number);
  }
}

std::string printed(const char* format, int precision, double number) {
  const int size = std::snprintf(nullptr, 0, format, precision, number);
  std::string text(static_cast<std::size_t>(size) + 1, '\0');
  std::snprintf(text.data(), text.size(), format, precision, number);
  text.pop_back();
  return text;
}

/// The absolute value of a float, written.
std::string written(double number, const FormatSpec& spec) {
  const int precision = spec.precision < 0 ? 6 : spec.precision;
  if (std::isnan(number)) return "nan";
  if (std::isinf(number)) return "inf";
  switch (spec.type) {
    case 'f':
    case 'F':
      return printed(spec.alternate ? "%#.*f" : "%.*f", precision, number);
    case 'e':
      return printed(spec.alternate ? "%#.*e" : "%.*e", precision, number);
    case 'E':
      return printed(spec.alternate ? "%#.*E" : "%.*E", precision, number);
    case 'g':
      return printed(spec.alternate ? "%#.*g" : "%.*g", precision == 0 ? 1 : precision, number);
    case 'G':
      return printed(spec.alternate ? "%#.*G" : "%.*G", precision == 0 ? 1 : precision, number);
    case '%':
      return printed("%.*f", precision, number * 100) + "%";
    default:
      break;
  }
  if (spec.precision >= 0) refuse("a format with a precision and no type, for a float,");
  return repr_of(number);
}

std::string grouped(const std::string& number, char mark) {
  if (mark == 0) return number;
  std::size_t end = number.find_first_not_of("0123456789");
  std::string text = number;
  for (std::size_t at = end == std::string::npos ? number.size() : end; at > 3; at -= 3) text.insert(at - 3, 1, mark);
  return text;
}

std::string sign_of(bool is_negative, char sign) {
  if (is_negative) return "-";
  return sign == '-' ? "" : std::string(1, sign);
}

}  // namespace

FormatSpec parse_spec(std::string_view text) {
  const std::string whole(text);
  FormatSpec spec;
  take_align(text, spec);
  if (!text.empty() && std::string_view("+- ").find(text[0]) != std::string_view::npos) {
    spec.sign = text[0];
    text.remove_prefix(1);
  }
  spec.alternate = take(text, '#');
  spec.zero = take(text, '0');
  spec.width = take_number(text, 0);
  if (!text.empty() && (text[0] == ',' || text[0] == '_')) {
    spec.grouping = text[0];
    text.remove_prefix(1);
  }
  if (take(text, '.')) spec.precision = take_number(text, -1);
  if (!text.empty()) {
    spec.type = text[0];
    text.remove_prefix(1);
  }
  if (!text.empty()) fail(fmt::format("Invalid format specifier '{}'", whole));
  return spec;
}

std::string padded(const std::string& text, const FormatSpec& spec, char own_align) {
  const auto size = static_cast<int>(length(text));
  const int missing = std::max(0, spec.width - size);
  const char align = spec.align == 0 ? own_align : spec.align;
  const int before = align == '<' ? 0 : align == '^' ? missing / 2 : missing;
  return repeated(spec.fill, before) + text + repeated(spec.fill, missing - before);
}

std::string format_number(const Value& number, FormatSpec spec) {
  const bool as_float = number.is<double>() || std::string_view("eEfFgG%").find(spec.type) < 7;
  const bool is_negative = as_float ? std::signbit(to_real(number)) : to_integer(number, "format") < 0;
  std::string digits;
  if (as_float) {
    digits = written(std::abs(to_real(number)), spec);
  } else {
    const auto whole = static_cast<std::uint64_t>(to_integer(number, "format"));
    digits = digits_of(is_negative ? 0 - whole : whole, spec.type, spec.alternate);
  }
  digits = grouped(digits, spec.grouping);
  const std::string sign = sign_of(is_negative, spec.sign);
  const bool fills_inside = spec.align == '=' || (spec.zero && spec.align == 0);
  if (!fills_inside) return padded(sign + digits, spec, '>');
  if (spec.grouping != 0 && spec.zero) refuse("a format with zeros and grouping");
  const int missing = spec.width - static_cast<int>(sign.size() + digits.size());
  return sign + repeated(spec.zero && spec.align == 0 ? "0" : spec.fill, missing) + digits;
}

std::string format_value(const Value& value, const FormatSpec& spec) {
  if (value.is_number()) {
    const std::string_view known = value.is<double>() ? "eEfFgG%" : "bdoxXeEfFgG%";
    if (spec.type != 0 && known.find(spec.type) == std::string_view::npos)
      fail(fmt::format("Unknown format code '{}' for object of type '{}'", spec.type, type_name(value)));
    return format_number(value, spec);
  }
  if (!value.text()) fail(fmt::format("unsupported format string passed to {}.__format__", type_name(value)));
  if (spec.type != 0 && spec.type != 's')
    fail(fmt::format("Unknown format code '{}' for object of type 'str'", spec.type));
  const std::u32string characters = decode(str(value));
  const std::size_t kept = spec.precision < 0 ? characters.size() : static_cast<std::size_t>(spec.precision);
  return padded(encode(std::u32string_view(characters).substr(0, kept)), spec, '<');
}

}  // namespace partwise::internal::jinja
