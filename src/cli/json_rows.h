// Rows of JSON in, a row of JSON out for each, as they come.
#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "base/json_fwd.h"
#include "cli/console.h"

namespace partwise {

/// Answers every row of a JSONL file ("-" is standard input) in order; empty lines are no rows. What is answered is
/// written before the reader waits for more. Errors: those of `answer` with the row's place before them; bad_data for
/// a line that is not a JSON object.
void answer_json_rows(const std::filesystem::path& path, Console& console,
                      const std::function<OrderedJson(const Json& row)>& answer);

/// Fields of a row. Errors: bad_data where it is missing or of another type.
std::string string_field(const Json& row, const char* name);
bool bool_field_or(const Json& row, const char* name, bool otherwise);
std::vector<std::int32_t> ids_field(const Json& row, const char* name);

}  // namespace partwise
