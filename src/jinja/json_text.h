// Values as JSON, as Python's json.dumps writes it.
#pragma once

#include <optional>
#include <string>

#include "jinja/value.h"

namespace partwise::internal::jinja {

struct JsonStyle {
  bool ensure_ascii = false, sort_keys = false;
  std::optional<std::string> indent = {};
  std::optional<std::string> item_separator = {}, key_separator = {};
};

/// Errors: bad_data for values that JSON does not have.
std::string json_text(const Value& value, const JsonStyle& style);

}  // namespace partwise::internal::jinja
