// Files packed with gzip (RFC 1952).
#pragma once

#include <string>
#include <string_view>

namespace partwise::internal {

/// Whether `bytes` begin as a gzip file does.
bool is_gzip(std::string_view bytes);

/// Unpacks a gzip file: all its members, one after the other. Zeros after the last member are padding. Errors:
/// bad_data, naming `source`, if the file is cut off, damaged, followed by something else, or larger than 4 GB when
/// unpacked.
std::string gunzip(std::string_view bytes, std::string_view source);

}  // namespace partwise::internal
