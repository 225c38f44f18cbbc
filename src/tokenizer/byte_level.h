// GPT-2's printable spelling of bytes: one character stands for each byte, so that a vocabulary of
// byte strings can be written as text. Printable Latin-1 stands for itself, every other byte for a
// character from U+0100 on: a space is "Ġ".
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace partwise::internal {

std::string to_byte_level(std::string_view bytes);

/// nullopt if `text` holds a character that stands for no byte, or is not UTF-8.
std::optional<std::string> from_byte_level(std::string_view text);

}  // namespace partwise::internal
