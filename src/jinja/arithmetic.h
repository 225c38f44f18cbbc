// Python's operators on numbers, texts and lists. Integers that do not fit into 64 bits are refused.
#pragma once

#include <string>
#include <string_view>

#include "jinja/value.h"

namespace partwise::internal::jinja {

// Errors of all: bad_data for operands of the wrong types, division by zero and results that are too large.
Value add(const Value& a, const Value& b);
Value subtract(const Value& a, const Value& b);
Value multiply(const Value& a, const Value& b);
Value divide(const Value& a, const Value& b);
Value floor_divide(const Value& a, const Value& b);
/// Also formats texts: "%s" % name.
Value modulo(const Value& a, const Value& b);
Value power(const Value& a, const Value& b);
Value negate(const Value& a);
Value plus(const Value& a);

/// True and False count as 1 and 0. Errors: bad_data, naming `what`, if it is no integer.
std::int64_t to_integer(const Value& value, std::string_view what);
/// Errors: bad_data for a number that 64 bits do not hold.
std::int64_t to_integer(double truncated);
double to_real(const Value& number);

/// Text in which HTML's characters are escaped, as markupsafe does.
std::string escape_html(std::string_view text);

}  // namespace partwise::internal::jinja
