// What to say where a column is not there.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "data/data.h"

namespace partwise {

/// Of a row without the column: its place, the columns that it has, and a hint: column_hint, else `otherwise`.
Error missing_column(const DataRow& row, std::string_view column, std::string_view otherwise);

/// Which of the row's columns may be meant, or what the file looks like (a list in the place of a label, columns
/// instead of rows, another separator); "" where nothing speaks for either.
std::string column_hint(const DataRow& row, std::string_view column);

/// "semicolons", "tabs", ... where a header of one name holds such; null where not.
const char* other_separator(std::string_view header);

/// Where a table's header holds both separators, so that commas were taken.
inline constexpr const char* kSemicolonHint =
    "the file seems to be separated by semicolons, while its header holds a comma: put a line sep=; before the header";

}  // namespace partwise
