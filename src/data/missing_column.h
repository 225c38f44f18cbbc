// What to say if a column is missing.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "data/data.h"

namespace partwise::internal {

/// The error for a row without `column`. It gives the row's place, the columns that the row has, and a hint:
/// column_hint, or `otherwise` if that is empty.
Error missing_column(const DataRow& row, std::string_view column, std::string_view otherwise);

/// A hint: which of the row's columns may be meant, or what the file looks like (a list in place of a label, columns
/// instead of rows, another separator). "" if there is no sign of either.
std::string column_hint(const DataRow& row, std::string_view column);

/// If a header of one name holds another separator: which one, and what to do ("tabs: name the file .tsv"). Null if
/// not.
const char* other_separator(std::string_view header);

/// The hint for a table that was split at commas although its header also holds semicolons.
inline constexpr const char* kSemicolonHint =
    "the file seems to be separated by semicolons, while its header holds a comma: put a line sep=; before the header";

}  // namespace partwise::internal
