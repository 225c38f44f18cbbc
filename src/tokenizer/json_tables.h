// Reads the two large tables of tokenizer.json without making JSON of them: a large vocabulary takes a tenth of the
// time.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace partwise::internal {

/// The tables. Strings are views into the text that was read, or into `unescaped`.
struct JsonTables {
  std::vector<std::pair<std::string_view, std::int64_t>> vocab;       // "model.vocab" in the file's order
  std::vector<std::pair<std::string_view, std::string_view>> merges;  // "model.merges"; "LEFT RIGHT" in one, or in two
  std::deque<std::string> unescaped;                                  // strings that had escapes
  std::string rest;                                                   // the JSON with null for both tables
};

/// `text` is JSON. nullopt if a table is missing, repeated, or holds other values than it should. Errors in the rest
/// are found later, by parsing it.
std::optional<JsonTables> read_json_tables(std::string_view text);

}  // namespace partwise::internal
