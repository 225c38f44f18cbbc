// Text files of users, however they are packed and encoded.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace partwise {

/// The text of a file as UTF-8; "-" is standard input. Errors: missing_input; those of to_text.
std::string read_text(const std::filesystem::path& path);

/// The same from bytes, which `source` names in errors: gzip is unpacked, and UTF-16 that says so with a byte order
/// mark is converted. What is in UTF-8, or claims to be, stays as it is. Errors: bad_data for a damaged gzip file, for
/// other encodings that can be told, for NUL bytes, and for files of other kinds (file_kind.h).
std::string to_text(std::string bytes, std::string_view source);

}  // namespace partwise
