// tokenizer.json's two tables, which are most of it, without making JSON of them: a large vocabulary is read in a tenth
// of the time.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace partwise {

/// Views into the text that they were read from, or into `unescaped`.
struct JsonTables {
  std::vector<std::pair<std::string_view, std::int64_t>> vocab;       // "model.vocab", as the file orders it
  std::vector<std::pair<std::string_view, std::string_view>> merges;  // "model.merges"; "LEFT RIGHT" in one, or in two
  std::deque<std::string> unescaped;                                  // strings that have escapes
  std::string rest;                                                   // the JSON with null for both
};

/// `text` is JSON. Nothing where a table is missing, is there twice or holds anything but what it should; what is wrong
/// with the rest is found by parsing it.
std::optional<JsonTables> read_json_tables(std::string_view text);

}  // namespace partwise
