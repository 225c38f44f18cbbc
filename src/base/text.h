// Numbers as people read them.
#pragma once

#include <cstdint>
#include <string>

namespace partwise {

/// "98.4 MB": powers of 1000, one decimal; "512 bytes" below a thousand.
std::string format_bytes(std::uint64_t bytes);

/// "0.35 s", "4.2 s", "38 s", "1 min 12 s", "2 h 5 min", "3 d 4 h".
std::string format_duration(double seconds);

/// "10,620", "-1,000".
std::string format_count(std::int64_t count);

}  // namespace partwise
