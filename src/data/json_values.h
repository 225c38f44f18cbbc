// Where the rows of a JSON file begin and end.
#pragma once

#include <string_view>
#include <vector>

#include "data/lines.h"

namespace partwise::internal {

/// The texts of a file's JSON rows, each with the line on which it begins. A row is a line (JSONL), or an object over
/// several lines, or an item of the file's only list. Rows are not parsed yet. Errors: bad_data, naming `source`, if a
/// list is not closed, ends in a comma, or something follows it.
std::vector<TextLine> split_json_rows(std::string_view text, std::string_view source);

}  // namespace partwise::internal
