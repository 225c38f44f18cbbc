// The time that strftime_now() tells.
#pragma once

#include <ctime>
#include <functional>
#include <string>
#include <string_view>

namespace partwise::internal::jinja {

/// The local time now. Empty: templates that ask for it are refused.
using Clock = std::function<std::tm()>;

/// Python's datetime.strftime, in the C locale, without a time zone. Errors: bad_data for an unknown directive.
std::string format_time(const std::string& format, const std::tm& time);

}  // namespace partwise::internal::jinja
