// Text files of users, however they are packed and encoded.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace partwise::internal {

/// The text of a file as UTF-8; "-" is standard input. Errors: missing_input; those of to_text.
std::string read_text(const std::filesystem::path& path);

/// Turns `bytes` into text; `source` names them in errors. gzip is unpacked. UTF-16 with a byte order mark is
/// converted. Everything else counts as UTF-8 and is not changed. Errors: bad_data for a damaged gzip file, for UTF-32
/// and other UTF-16, for NUL bytes, and for files of other kinds (file_kind.h).
std::string to_text(std::string bytes, std::string_view source);

}  // namespace partwise::internal
