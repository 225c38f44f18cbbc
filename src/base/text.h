// Numbers and words in the form that people, and their shells, read.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace partwise::internal {

/// "98.4 MB": powers of 1000, one decimal; "512 bytes" below a thousand.
std::string format_bytes(std::uint64_t bytes);

/// "0.35 s", "4.2 s", "38 s", "1 min 12 s", "2 h 5 min", "3 d 4 h".
std::string format_duration(double seconds);

/// "10,620", "-1,000".
std::string format_count(std::int64_t count);

/// Orders "step2" before "step10": runs of digits (of any length) are compared as numbers, everything else byte by
/// byte.
bool natural_less(std::string_view a, std::string_view b);

/// `text` as one word of a shell's command line, in quotes if it needs them.
std::string shell_word(std::string_view text);

/// "a, b, c": the first twelve names, followed by the total number if there are more.
std::string list_shortly(const std::vector<std::string>& names);

/// The text with the letters A to Z as small ones.
std::string lower(std::string_view text);

}  // namespace partwise::internal
