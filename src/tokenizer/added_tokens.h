// Tokens that are found in the text as they are spelled, before anything is split or merged.
#pragma once

#include <array>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tokenizer/tokenizer.h"

namespace partwise {

struct AddedToken {
  TokenId id;
  std::string content;
  bool special;     // found only on request (EncodeOptions::parse_special), left out of decoded text on request
  bool normalized;  // found after normalisation instead of before it

  // Options of tokenizer.json, as Hugging Face's tokenizers read them.
  bool lstrip = false, rstrip = false;  // takes the white space on its left or right with it
  bool single_word = false;             // not found where a letter or digit stands beside it
};

/// A piece of text, or the token that stands there.
struct TextPiece {
  std::string_view text;
  TokenId id = -1;  // -1: ordinary text

  bool is_token() const { return id >= 0; }
};

class AddedTokenFinder {
 public:
  /// Contents are not empty; of two with the same content one is found.
  explicit AddedTokenFinder(std::vector<AddedToken> tokens);

  /// Cuts `text` (UTF-8) at every token: the leftmost first, the longest of those that begin there. Which tokens there
  /// are is settled before any takes white space along, so a token of white space is found beside one that takes it
  /// (Hugging Face's tokenizers do so, too). `literal` as in EncodeOptions.
  std::vector<TextPiece> split(std::string_view text, bool parse_special, std::span<const TextSpan> literal = {}) const;
  bool has_special() const;

 private:
  using Range = std::pair<std::size_t, std::size_t>;  // of tokens_

  /// The longest token that `text` begins with, of special ones those of at most `special_room` bytes; or nullptr.
  const AddedToken* longest_at(std::string_view text, std::size_t special_room) const;
  /// Those tokens of `range`, equal in their first `depth` bytes, that go on with `byte`.
  Range narrow(Range range, std::size_t depth, unsigned char byte) const;

  std::vector<AddedToken> tokens_;     // sorted by content
  std::array<Range, 256> by_first_{};  // the tokens that begin with a byte
};

}  // namespace partwise
