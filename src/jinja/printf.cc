#include "jinja/printf.h"

#include <fmt/format.h>

#include <algorithm>

#include "jinja/arithmetic.h"
#include "jinja/attribute.h"
#include "jinja/builder.h"
#include "jinja/code_points.h"
#include "jinja/failure.h"
#include "jinja/show.h"

namespace partwise::internal::jinja {

namespace {

/// Reads one format with % and writes it.
class Printf {
 public:
  Printf(std::string_view format, const Value& values) : rest_(format), values_(values) {
    if (values.is_kind(Sequence::Kind::tuple)) items_ = values.sequence()->items;
    if (!values.is_kind(Sequence::Kind::tuple)) items_ = {values};
  }

  std::string run() {
    while (!rest_.empty()) {
      const std::size_t mark = std::min(rest_.find('%'), rest_.size());
      out_ += rest_.substr(0, mark);
      rest_.remove_prefix(mark);
      if (!rest_.empty()) write_field();
    }
    const bool may_remain = values_.dict() || (values_.sequence() && !values_.is_kind(Sequence::Kind::tuple));
    if (next_ < items_.size() && !may_remain) fail("not all arguments converted during string formatting");
    return out_.take();
  }

 private:
  char take() {
    if (rest_.empty()) fail("incomplete format");
    const char first = rest_[0];
    rest_.remove_prefix(1);
    return first;
  }

  void write_field() {
    take();
    const std::optional<Value> named = take_name();
    const FormatSpec spec = take_spec();
    if (spec.type == '%') return void(out_ += '%');
    out_ += format_field(named ? *named : next_value(), spec);
  }

  std::optional<Value> take_name() {
    if (rest_.empty() || rest_[0] != '(') return std::nullopt;
    const std::size_t end = rest_.find(')');
    if (end == std::string_view::npos) fail("incomplete format key");
    if (!values_.dict()) fail("format requires a mapping");
    const std::string name(rest_.substr(1, end - 1));
    rest_.remove_prefix(end + 1);
    const Value* value = values_.dict()->find(std::string_view(name));
    if (value == nullptr) fail(fmt::format("there is no key {} for the format", repr_of(name)));
    next_ = items_.size();
    return *value;
  }

  FormatSpec take_spec() {
    FormatSpec spec;
    for (; !rest_.empty() && std::string_view("-+ #0").find(rest_[0]) != std::string_view::npos; take()) {
      if (rest_[0] == '-') spec.align = '<';
      if (rest_[0] == '+' || (rest_[0] == ' ' && spec.sign == '-')) spec.sign = rest_[0];
      spec.alternate = spec.alternate || rest_[0] == '#';
      spec.zero = spec.zero || rest_[0] == '0';
    }
    spec.width = take_number(0);
    if (!rest_.empty() && rest_[0] == '.') {
      take();
      spec.precision = take_number(0);
    }
    if (!rest_.empty() && (rest_[0] == 'l' || rest_[0] == 'h' || rest_[0] == 'L')) take();
    spec.type = take();
    return spec;
  }

  int take_number(int otherwise) {
    if (!rest_.empty() && rest_[0] == '*') refuse("'*' as a width in a format");
    int number = 0, n = 0;
    for (; !rest_.empty() && rest_[0] >= '0' && rest_[0] <= '9'; ++n) {
      number = number * 10 + (take() - '0');
      if (number > 10'000) refuse("a width or precision of more than 10,000");
    }
    return n == 0 ? otherwise : number;
  }

  const Value& next_value() {
    if (next_ >= items_.size()) fail("not enough arguments for format string");
    return items_[next_++];
  }

  static std::string format_field(const Value& value, FormatSpec spec) {
    if (spec.type == 's' || spec.type == 'r') return format_text(spec.type == 's' ? str(value) : repr(value), spec);
    if (std::string_view("diuxXoeEfFgG").find(spec.type) == std::string_view::npos)
      refuse(fmt::format("'%{}' in a format", spec.type));
    if (const auto* missing = value.get<Undefined>()) fail(*missing->why);
    const bool whole = std::string_view("diuxXo").find(spec.type) != std::string_view::npos;
    if (!value.is_number() || (value.is<double>() && (spec.type == 'x' || spec.type == 'X' || spec.type == 'o')))
      fail(fmt::format("%{} format: a number is required, not {}", spec.type, type_name(value)));
    if (whole && spec.precision >= 0) refuse("a precision of an integer in a format");
    if (spec.type == 'i' || spec.type == 'u') spec.type = 'd';
    return format_number(whole && value.is<double>() ? integer(to_integer(*value.get<double>())) : value, spec);
  }

  static std::string format_text(std::string text, FormatSpec spec) {
    spec.type = 0;
    if (spec.precision >= 0)
      text = encode(std::u32string_view(decode(text)).substr(0, static_cast<std::size_t>(spec.precision)));
    return padded(text, spec, '>');
  }

  std::string_view rest_;
  const Value& values_;
  Items items_;
  std::size_t next_ = 0;
  Builder out_;
};

/// Reads one format with braces and writes it.
class Braces {
 public:
  Braces(std::string_view format, const Arguments& arguments) : rest_(format), arguments_(arguments) {}

  std::string run() {
    while (!rest_.empty()) {
      const std::size_t mark = std::min(rest_.find_first_of("{}"), rest_.size());
      out_ += rest_.substr(0, mark);
      rest_.remove_prefix(mark);
      if (!rest_.empty()) write_mark();
    }
    return out_.take();
  }

 private:
  void write_mark() {
    const char mark = rest_[0];
    if (rest_.size() > 1 && rest_[1] == mark) {
      out_ += mark;
      return rest_.remove_prefix(2);
    }
    if (mark == '}') fail("Single '}' encountered in format string");
    const std::size_t end = rest_.find('}');
    if (end == std::string_view::npos) fail("Single '{' encountered in format string");
    const std::string_view field = rest_.substr(1, end - 1);
    if (field.find('{') != std::string_view::npos) refuse("a field within a field of a format");
    rest_.remove_prefix(end + 1);
    write_field(field);
  }

  void write_field(std::string_view field) {
    const std::size_t colon = std::min(field.find(':'), field.size());
    std::string_view name = field.substr(0, colon);
    const std::string_view spec = field.substr(std::min(colon + 1, field.size()));
    const std::size_t mark = name.find('!');
    const std::string_view conversion = mark == std::string_view::npos ? std::string_view() : name.substr(mark + 1);
    Value value = find(name.substr(0, mark));
    if (conversion == "r") value = text(repr(value));
    if (conversion == "s") value = text(str(value));
    if (mark != std::string_view::npos && conversion != "r" && conversion != "s")
      refuse(fmt::format("'!{}' in a format", conversion));
    out_ += spec.empty() ? str(value) : format_value(value, parse_spec(spec));
  }

  /// "0.name[key]"
  Value find(std::string_view path) {
    std::size_t end = std::min(path.find_first_of(".["), path.size());
    Value value = argument(path.substr(0, end));
    while (end < path.size()) {
      const bool is_item = path[end] == '[';
      const std::size_t begin = end + 1;
      end = is_item ? path.find(']', begin) : std::min(path.find_first_of(".[", begin), path.size());
      if (end == std::string_view::npos) fail("expected ']' before end of string");
      const std::string_view name = path.substr(begin, end - begin);
      value = is_item ? item(value, key_of(name)) : attribute(value, name);
      end += is_item;
    }
    return value;
  }

  static bool is_index(std::string_view name) {
    return !name.empty() && name.size() < 10 && name.find_first_not_of("0123456789") == std::string_view::npos;
  }

  static Value key_of(std::string_view name) {
    return is_index(name) ? integer(std::stoi(std::string(name))) : text(std::string(name));
  }

  Value argument(std::string_view name) {
    if (name.empty() || is_index(name)) {
      const std::size_t index = name.empty() ? next_++ : static_cast<std::size_t>(std::stoi(std::string(name)));
      if (index >= arguments_.positional.size())
        fail(fmt::format("Replacement index {} out of range for positional args tuple", index));
      return arguments_.positional[index];
    }
    for (const auto& [known, value] : arguments_.named)
      if (known == name) return value;
    fail(fmt::format("the format has no argument '{}'", name));
  }

  std::string_view rest_;
  const Arguments& arguments_;
  std::size_t next_ = 0;
  Builder out_;
};

}  // namespace

std::string format_printf(std::string_view format, const Value& values) { return Printf(format, values).run(); }

std::string format_braces(std::string_view format, const Arguments& arguments) {
  return Braces(format, arguments).run();
}

}  // namespace partwise::internal::jinja
