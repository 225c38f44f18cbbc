#include "tokenizer/byte_level.h"

#include <array>

#include "base/utf8.h"

namespace partwise::internal {

namespace {

constexpr char32_t kNCharacters = 0x144;  // 256 bytes, 68 of which are spelled from U+0100 on

constexpr bool stands_for_itself(int byte) {
  return (byte >= '!' && byte <= '~') || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;
}

struct Alphabet {
  std::array<char32_t, 256> character_of{};
  std::array<int, kNCharacters> byte_of{};  // -1: stands for no byte
};

constexpr Alphabet make_alphabet() {
  Alphabet alphabet;
  alphabet.byte_of.fill(-1);
  char32_t next = 0x100;
  for (int byte = 0; byte < 256; ++byte) {
    char32_t character = stands_for_itself(byte) ? static_cast<char32_t>(byte) : next++;
    alphabet.character_of[byte] = character;
    alphabet.byte_of[character] = byte;
  }
  return alphabet;
}

constexpr Alphabet kAlphabet = make_alphabet();

}  // namespace

std::string to_byte_level(std::string_view bytes) {
  std::string text;
  for (unsigned char byte : bytes) append_utf8(text, kAlphabet.character_of[byte]);
  return text;
}

std::optional<std::string> from_byte_level(std::string_view text) {
  std::string bytes;
  while (!text.empty()) {
    auto character = decode_utf8(text);
    if (!character || character->code_point >= kNCharacters) return std::nullopt;
    int byte = kAlphabet.byte_of[character->code_point];
    if (byte < 0) return std::nullopt;
    bytes += static_cast<char>(byte);
    text.remove_prefix(character->length);
  }
  return bytes;
}

}  // namespace partwise::internal
