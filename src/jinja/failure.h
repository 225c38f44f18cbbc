// Errors of templates. Template adds the template's name.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"

namespace partwise::internal::jinja {

/// Throws Error(bad_data). The line is added later.
[[noreturn]] void fail(const std::string& message);
/// For what jinja2 would do and we do not: "WHAT is not supported".
[[noreturn]] void refuse(std::string_view what);
/// For templates that cannot be parsed: with the line.
[[noreturn]] void fail_at(int line, const std::string& message);

/// Runs `action`; its errors get the line.
template <class Action>
auto at_line(int line, Action&& action) {
  try {
    return action();
  } catch (const Error& error) {
    if (error.code() == ErrorCode::internal) throw;
    fail_at(line, error.what());
  }
}

}  // namespace partwise::internal::jinja
