// Reads rows of JSON and prints one row of JSON for each as soon as it arrives.
#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "base/json_part.h"
#include "cli/console.h"
#include "data/line_reader.h"

namespace partwise::internal {

/// Prints the answer to every row of a JSONL file ("-" is standard input), in order. Empty lines are skipped. All
/// answers are flushed before the function waits for more rows. Errors: those of `answer`, with the row's place in
/// front; bad_data for a line that is not a JSON object; those of LineReader; interrupted.
void answer_json_rows(const std::filesystem::path& path, Console& console,
                      const std::function<OrderedJson(const JsonPart& row)>& answer);

/// The same, with rows as lines that are not parsed yet. Errors: those of `answer`, as they are; those of LineReader;
/// interrupted.
void answer_lines(const std::filesystem::path& path, Console& console,
                  const std::function<OrderedJson(const Line& line)>& answer);

/// Token ids of a row. Errors: bad_data.
std::vector<std::int32_t> ids_of(const JsonPart& list);

}  // namespace partwise::internal
