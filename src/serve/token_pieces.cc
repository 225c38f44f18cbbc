#include "serve/token_pieces.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "base/utf8.h"

namespace partwise::internal {

namespace {

bool continues_character(char byte) { return (static_cast<unsigned char>(byte) & 0xc0) == 0x80; }

/// Models may have more tokens than their tokenizer.
std::string bytes_or_name(const Tokenizer& tokenizer, TokenId id) {
  try {
    return tokenizer.bytes_of(id);
  } catch (const Error&) {
    return fmt::format("<token {}>", id);
  }
}

bool has_space_in_front(std::string_view text, std::span<const std::string> bytes) {
  const auto first = std::ranges::find_if(bytes, [](const std::string& own) { return !own.empty(); });
  return first != bytes.end() && first->starts_with(' ') && !text.starts_with(' ');
}

}  // namespace

std::string piece_of(const Tokenizer& tokenizer, TokenId id) {
  const std::string bytes = bytes_or_name(tokenizer, id);
  if (find_invalid_utf8(bytes) == std::string_view::npos) return bytes;
  std::string piece = "bytes:";
  for (const char byte : bytes) piece += fmt::format("\\x{:02x}", static_cast<unsigned char>(byte));
  return piece;
}

std::int64_t count_characters(std::string_view text) {
  return std::ranges::count_if(text, [](char byte) { return !continues_character(byte); });
}

std::vector<std::int64_t> offsets_in(std::string_view text, std::span<const std::string> bytes) {
  const std::int64_t last = count_characters(text);
  std::int64_t begun = has_space_in_front(text, bytes) ? -1 : 0;  // characters
  std::vector<std::int64_t> offsets;
  for (const std::string& own : bytes) {
    const bool is_within = !own.empty() && continues_character(own.front());
    offsets.push_back(std::clamp<std::int64_t>(begun - (is_within ? 1 : 0), 0, last));
    begun += count_characters(own);
  }
  return offsets;
}

}  // namespace partwise::internal
