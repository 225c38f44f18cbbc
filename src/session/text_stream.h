// The text of tokens that come one by one.
#pragma once

#include <string>
#include <vector>

#include "tokenizer/tokenizer.h"

namespace partwise::internal {

/// Gives out text as soon as later tokens cannot change it. So no character is cut, even if its bytes are spread over
/// several tokens, and nothing of a stop text is given out. Special tokens have no text.
class TextStream {
 public:
  /// `before` is the last token of what the text continues: whether the first word begins with a space depends on it.
  /// The tokenizer must outlive the object.
  TextStream(const Tokenizer& tokenizer, TokenId before, std::vector<std::string> stop_texts);

  /// The text that the token makes certain.
  std::string push(TokenId id);
  /// The text that was held back, when no more tokens come.
  std::string rest();
  /// Whether a stop text has come.
  bool is_stopped() const { return is_stopped_; }
  /// All text so far, without what begins at the first stop text.
  const std::string& text() const { return text_; }

 private:
  std::string give_out(std::size_t end);
  std::string decode(const std::vector<TokenId>& ids) const;
  std::size_t certain() const;

  const Tokenizer& tokenizer_;
  std::vector<std::string> stop_texts_;
  std::vector<TokenId> ids_;  // the token before, then those of the text
  std::string before_, text_;
  std::size_t given_ = 0;  // bytes of the text
  bool is_stopped_ = false;
};

}  // namespace partwise::internal
