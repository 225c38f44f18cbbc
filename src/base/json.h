// JSON from files of users: every error names the file and the place.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string_view>

#include "base/json_fwd.h"

// Compiled once, in json.cc, instead of in every file that uses them.
extern template class nlohmann::basic_json<>;
extern template class nlohmann::basic_json<nlohmann::ordered_map>;

namespace partwise::internal {

/// Parses `text`; `where` names its source in errors ("train.jsonl line 7"). Nesting is bounded (copying and
/// printing recurse); duplicate keys keep the last. Errors: bad_data.
Json parse_json(std::string_view text, std::string_view where);

/// Parses a line of JSONL: an object without repeated keys (keys of nested objects may repeat). Errors: bad_data,
/// naming `where`.
Json parse_json_object(std::string_view text, std::string_view where);

/// The same; all objects keep the order of their keys.
OrderedJson parse_ordered_json_object(std::string_view text, std::string_view where);

/// The same; no object in it may have a key twice, and there may be half a million values in all: each takes tens of
/// bytes, however few it has in the text. Takes time in proportion to the text.
OrderedJson parse_distinct_json_object(std::string_view text, std::string_view where);

/// Reads and parses a whole file. Errors: missing_input, bad_data.
Json read_json_file(const std::filesystem::path& path);

}  // namespace partwise::internal
