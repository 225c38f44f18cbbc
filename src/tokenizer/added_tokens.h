// Tokens that are found in the text by their spelling, before anything is split or merged.
#pragma once

#include <array>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tokenizer/tokenizer.h"

namespace partwise::internal {

struct AddedToken {
  TokenId id;
  std::string content;
  bool special;     // found only on request (EncodeOptions::parse_special), left out of decoded text on request
  bool normalized;  // found after normalisation instead of before it

  // Options of tokenizer.json, as Hugging Face's tokenizers read them.
  bool lstrip = false, rstrip = false;  // includes the white space on its left or right
  bool single_word = false;             // not found beside a letter or digit
};

/// A piece of text, or a token that was found there.
struct TextPiece {
  std::string_view text;
  TokenId id = -1;  // -1: ordinary text

  bool is_token() const { return id >= 0; }
};

class AddedTokenFinder {
 public:
  /// Contents are not empty. If two tokens have the same content, one of them is found.
  explicit AddedTokenFinder(std::vector<AddedToken> tokens);

  /// Cuts `text` (UTF-8) at every token: the leftmost first, and the longest of those that begin at the same place. All
  /// tokens are found before any of them takes white space with it. So a token of white space is found beside a token
  /// that would take it, as in Hugging Face's tokenizers. `literal` as in EncodeOptions.
  std::vector<TextPiece> split(std::string_view text, bool parse_special, std::span<const TextSpan> literal = {}) const;
  bool has_special() const;

 private:
  using Range = std::pair<std::size_t, std::size_t>;  // indices into tokens_

  /// The longest token that `text` begins with, or nullptr. Special tokens may have at most `special_room` bytes.
  const AddedToken* longest_at(std::string_view text, std::size_t special_room) const;
  /// The tokens of `range` whose next byte is `byte`. All tokens of `range` are equal in their first `depth` bytes.
  Range narrow(Range range, std::size_t depth, unsigned char byte) const;

  std::vector<AddedToken> tokens_;     // sorted by content
  std::array<Range, 256> by_first_{};  // the tokens that begin with a byte
};

}  // namespace partwise::internal
