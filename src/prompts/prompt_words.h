// Which words each token of a prompt spells.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "prompts/prompts.h"

namespace partwise::internal {

/// Where each token's bytes are in the text, in order. Tokens of a text that the tokenizer has changed (to another form
/// of Unicode, for example) lie between those around them. A BOS that the text does not spell is empty.
std::vector<TextSpan> token_spans(std::string_view text, const std::vector<TokenId>& ids, const Tokenizer& tokenizer);

/// The words of a prompt's own row, and to what each token of the prompt belongs.
struct PromptWords {
  std::vector<TextSpan> words;         // bytes of the prompt's text, in order
  std::vector<std::int32_t> token_of;  // for each token: kRest, then the demonstrations, then the words
  std::int64_t n_demonstrations = 0;

  static constexpr std::int32_t kRest = 0;
  std::int64_t n_sources() const { return 1 + n_demonstrations + std::ssize(words); }
};

/// A word is what stands between white space in the row's own text (Prompt::row_text); all text of a finished prompt is
/// taken for the row's. A token belongs to what most of its bytes are of, white space aside. A token of white space
/// within the row's text belongs to the word before it, or to the first word. `tokenizer` may be null: then no token
/// belongs to a word.
PromptWords words_of_prompt(const Prompt& prompt, std::span<const ShownRow> demonstrations, const Tokenizer* tokenizer);

}  // namespace partwise::internal
