// Python's two ways to format: "%s" % value and "{}".format(value).
#pragma once

#include <string>
#include <string_view>

#include "jinja/object.h"
#include "jinja/value.h"

namespace partwise::internal::jinja {

/// format % values. `values` is a tuple, a dict for %(name)s, or one value. Errors: bad_data.
std::string format_printf(std::string_view format, const Value& values);

/// format.format(...). Errors: bad_data.
std::string format_braces(std::string_view format, const Arguments& arguments);

/// How a value is written: Python's format specification, and the part of it that % uses.
struct FormatSpec {
  std::string fill = " ";
  char align = 0;  // '<', '>', '^', '='; 0: the type's own
  char sign = '-';
  bool alternate = false, zero = false;
  char grouping = 0;  // ',' or '_'
  int width = 0, precision = -1;
  char type = 0;
};

FormatSpec parse_spec(std::string_view text);
/// format(value, spec).
std::string format_value(const Value& value, const FormatSpec& spec);
/// An integer or a float, written in the spec's type, sign and precision, and padded.
std::string format_number(const Value& number, FormatSpec spec);
std::string padded(const std::string& text, const FormatSpec& spec, char own_align);

}  // namespace partwise::internal::jinja
