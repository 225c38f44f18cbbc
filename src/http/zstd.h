// Bodies packed with Zstandard (RFC 8878).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace partwise::internal::http {

/// Unpacks all frames, one after the other, or returns nullopt as soon as the text is longer than `most` bytes. A frame
/// may want at most 8 MB of memory for its window, as RFC 8878 recommends. Errors: bad_data, naming `source`, if the
/// bytes are cut off or damaged.
std::optional<std::string> unzstd_at_most(std::string_view bytes, std::string_view source, std::uint64_t most);

}  // namespace partwise::internal::http
