// The names of columns.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "data/data.h"

namespace partwise::internal {

/// Every name that any row has, sorted: JSON has no header.
inline std::vector<std::string> names_in(const std::vector<DataRow>& rows) {
  std::set<std::string> names;
  for (const DataRow& row : rows)
    for (const auto& [name, value] : row.fields) names.insert(name);
  return {names.begin(), names.end()};
}

}  // namespace partwise::internal
