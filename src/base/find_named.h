// An entry of a list by its name.
#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/suggest.h"

namespace partwise::internal {

/// The entry with this name. `what` names the entries in the error: "reader".
/// Errors: usage with a suggestion for a name that does not exist.
template <class Entry>
const Entry& find_named(const std::vector<Entry>& entries, std::string_view name, std::string_view what) {
  std::vector<std::string> names;
  for (const Entry& entry : entries) {
    if (entry.name == name) return entry;
    names.emplace_back(entry.name);
  }
  throw Error(ErrorCode::usage, fmt::format("there is no {} '{}'", what, name), suggestion_hint(name, names));
}

}  // namespace partwise::internal
