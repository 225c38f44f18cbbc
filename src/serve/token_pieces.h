// Tokens as strings of JSON.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tokenizer/tokenizer.h"

namespace partwise::internal {

/// The token's text, or if its bytes are no whole characters, "bytes:\xe2\x80", as OpenAI writes them. A token that the
/// tokenizer does not have is "<token 151700>".
std::string piece_of(const Tokenizer& tokenizer, TokenId id);

/// How many characters (code points) a text has.
std::int64_t count_characters(std::string_view text);

/// Where each token begins in `text`, in characters. `bytes` are what the tokens stand for in it: nothing for a token
/// that the text does not show. A token that begins within a character has that character's place. The first token may
/// stand for a space that the text does not begin with, as tokenizers have it that put a space in front.
std::vector<std::int64_t> offsets_in(std::string_view text, std::span<const std::string> bytes);

}  // namespace partwise::internal
