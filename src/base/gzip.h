// Files packed with gzip (RFC 1952).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace partwise::internal {

/// Whether `bytes` begin as a gzip file does.
bool is_gzip(std::string_view bytes);

/// Unpacks a gzip file: all its members, one after the other. Zeros after the last member are padding. Errors:
/// bad_data, naming `source`, if the file is cut off, damaged, followed by something else, or larger than 4 GB when
/// unpacked.
std::string gunzip(std::string_view bytes, std::string_view source);

/// The same, or nullopt as soon as the text is longer than `most` bytes.
std::optional<std::string> gunzip_at_most(std::string_view bytes, std::string_view source, std::uint64_t most);

}  // namespace partwise::internal
