// Files packed with gzip (RFC 1952).
#pragma once

#include <string>
#include <string_view>

namespace partwise {

/// Whether `bytes` begin as a gzip file does.
bool is_gzip(std::string_view bytes);

/// What a gzip file holds: its members, one after the other; zeros after the last one are padding.
/// Errors: bad_data, naming `source`, where it is cut off, damaged, followed by something else, or holds more than 4
/// GB.
std::string gunzip(std::string_view bytes, std::string_view source);

}  // namespace partwise
