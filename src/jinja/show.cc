#include "jinja/show.h"

#include <fmt/format.h>
#include <utf8proc.h>

#include <array>
#include <charconv>
#include <cmath>

#include "base/utf8.h"
#include "jinja/budget.h"
#include "jinja/code_points.h"
#include "jinja/object.h"

namespace partwise::internal::jinja {

namespace {

/// Python writes numbers from 1e-4 to below 1e16 without an exponent.
constexpr int kFirstSmallExponent = -5, kFirstLargeExponent = 16;

/// "12345", exponent 2: "123.45".
std::string with_point(std::string digits, int exponent) {
  if (exponent < 0) return "0." + std::string(static_cast<std::size_t>(-exponent - 1), '0') + digits;
  const auto whole = static_cast<std::size_t>(exponent) + 1;
  if (digits.size() <= whole) return digits + std::string(whole - digits.size(), '0') + ".0";
  return digits.insert(whole, ".");
}

std::string with_exponent(const std::string& digits, int exponent) {
  const std::string rest = digits.size() > 1 ? "." + digits.substr(1) : "";
  return fmt::format("{}{}e{}{:02}", digits[0], rest, exponent < 0 ? '-' : '+', std::abs(exponent));
}

bool is_printable(char32_t character) {
  if (character == U' ') return true;
  const auto kind = utf8proc_category(static_cast<utf8proc_int32_t>(character));
  return kind != UTF8PROC_CATEGORY_CN && kind < UTF8PROC_CATEGORY_ZS;
}

std::string escaped(char32_t character, char quote) {
  if (character == U'\n') return "\\n";
  if (character == U'\r') return "\\r";
  if (character == U'\t') return "\\t";
  if (character == U'\\' || character == static_cast<char32_t>(quote))
    return std::string("\\") + static_cast<char>(character);
  if (is_printable(character)) return encode(character);
  const auto number = static_cast<std::uint32_t>(character);
  return number < 0x100     ? fmt::format("\\x{:02x}", number)
         : number < 0x10000 ? fmt::format("\\u{:04x}", number)
                            : fmt::format("\\U{:08x}", number);
}

}  // namespace

std::string repr_of(double number) {
  if (std::isnan(number)) return "nan";
  if (std::isinf(number)) return number < 0 ? "-inf" : "inf";
  std::array<char, 64> buffer;
  const auto end =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), std::abs(number), std::chars_format::scientific).ptr;
  const std::string_view written(buffer.data(), static_cast<std::size_t>(end - buffer.data()));
  const std::size_t mark = written.find('e');
  std::string digits(written.substr(0, mark));
  std::erase(digits, '.');
  const int exponent = std::stoi(std::string(written.substr(mark + 1)));
  const bool plain = exponent > kFirstSmallExponent && exponent < kFirstLargeExponent;
  return (std::signbit(number) ? "-" : "") + (plain ? with_point(digits, exponent) : with_exponent(digits, exponent));
}

std::string repr_of(std::string_view text) {
  const bool has_single = text.find('\'') != std::string_view::npos,
             has_double = text.find('"') != std::string_view::npos;
  const char quote = has_single && !has_double ? '"' : '\'';
  Builder out;
  out += quote;
  for (char32_t character : decode(text)) out += escaped(character, quote);
  out += quote;
  return out.take();
}

std::string str(const Value& value) {
  if (const std::string* text = value.text()) return *text;
  return value.is<Undefined>() ? "" : repr(value);
}

std::string repr(const Value& value) {
  Shower shower;
  shower.write_repr(value);
  return shower.take();
}

void Shower::write_simple(const Value& value) {
  if (value.is<Undefined>()) return write("Undefined");
  if (value.is<None>()) return write("None");
  if (const bool* flag = value.get<bool>()) return write(*flag ? "True" : "False");
  if (const std::int64_t* number = value.get<std::int64_t>()) return write(std::to_string(*number));
  if (const double* number = value.get<double>()) return write(repr_of(*number));
  if (!value.text()) return;
  const std::string shown = repr_of(*value.text());
  write(value.is_markup() ? fmt::format("Markup({})", shown) : shown);
}

void Shower::write_repr(const Value& value) {
  if (++depth_ > 2 * kDeepestValue) fail("a value that nests too deep cannot be printed");
  Budget::count_steps(1);
  if (const Sequence* sequence = value.sequence()) {
    write_sequence(*sequence);
  } else if (const Dict* dict = value.dict()) {
    write_entries(dict->entries);
  } else if (const Object* object = value.object()) {
    object->show(*this);
  } else {
    write_simple(value);
  }
  --depth_;
}

void Shower::write_entries(const std::vector<std::pair<Value, Value>>& entries) {
  write("{");
  for (std::size_t i = 0; i < entries.size(); ++i) {
    if (i > 0) write(", ");
    write_repr(entries[i].first);
    write(": ");
    write_repr(entries[i].second);
  }
  write("}");
}

void Shower::write_items(const Items& items) {
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (i > 0) write(", ");
    write_repr(items[i]);
  }
}

void Shower::write_sequence(const Sequence& sequence) {
  using Kind = Sequence::Kind;
  if (sequence.kind == Kind::range) return write(sequence.shown);
  if (sequence.kind == Kind::generator) refuse("to print a generator, such as map() makes (put `| list` behind it),");
  const bool is_view = sequence.kind != Kind::list && sequence.kind != Kind::tuple;
  if (is_view)
    write(fmt::format("{}(", sequence.kind == Kind::keys     ? "dict_keys"
                             : sequence.kind == Kind::values ? "dict_values"
                                                             : "dict_items"));
  write(sequence.kind == Kind::tuple ? "(" : "[");
  write_items(sequence.items);
  if (sequence.kind == Kind::tuple) return write(sequence.items.size() == 1 ? ",)" : ")");
  write(is_view ? "])" : "]");
}

}  // namespace partwise::internal::jinja
