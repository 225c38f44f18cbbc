// Where the rows of a JSON file begin and end.
#pragma once

#include <string_view>
#include <vector>

#include "data/lines.h"

namespace partwise {

/// The texts of a file's JSON rows, each with the line on which it begins: one a line (JSONL), or pretty-printed over
/// several, or the items of one list. They are not parsed yet. Errors: bad_data, naming `source`, for a list that is
/// not closed or that something follows.
std::vector<TextLine> split_json_rows(std::string_view text, std::string_view source);

}  // namespace partwise
