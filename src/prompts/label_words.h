// Label words as token ids. One error names all words that have none.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "prompts/prompts.h"
#include "tokenizer/tokenizer.h"

namespace partwise::internal {

/// How the prompt's text becomes its ids. BOS is put in front as `bos` says. Special tokens are parsed, but not in the
/// bytes of Prompt::literal.
EncodeOptions encode_options(const Prompt& prompt, EncodeOptions::Bos bos);

/// What words become if they follow one prompt. The prompt must have its ids.
class LabelWords {
 public:
  /// Errors: bad_data if the prompt was given as ids and the tokenizer makes other ids from their text.
  LabelWords(const Prompt& prompt, const Tokenizer& tokenizer, EncodeOptions::Bos bos);

  /// The tokens by which the ids of prompt + word + end extend those of the prompt; none if they do not extend them.
  /// `end` may spell special tokens.
  std::vector<TokenId> tokens_of(const std::string& word, const std::string& end = "") const;
  /// The single one of them; nullopt if there is another number.
  std::optional<TokenId> id_of(const std::string& word) const;
  /// "it becomes 2 tokens (' positive', 'ly')"
  std::string fault_of(const std::string& word) const;
  /// The text of the first token after the prompt; "" if the word's ids do not extend those of the prompt.
  std::string first_piece(const std::string& word) const;
  /// Whether the word is text, and would be one token if special tokens were parsed in it.
  bool is_special(const std::string& word) const;

 private:
  std::vector<TokenId> encode(const std::string& word, bool literal, const std::string& end = "") const;
  std::optional<TokenId> extension(const std::vector<TokenId>& whole) const;

  const Prompt& prompt_;
  const Tokenizer& tokenizer_;
  std::string text_;
  EncodeOptions options_;
};

/// What to do about the prompt's words that are not one token each, or not different ones. For the first few of them,
/// the advice names words that are one token.
Advice suggest_label_words(const Prompt& prompt, const LabelWords& words);

/// Collects what is wrong with the label words of prompts.
class LabelFaults {
 public:
  /// Fills in the prompt's label_tokens if it has neither these nor label_ids: none for a word that cannot be put after
  /// the prompt. Then looks for options that are the same tokens. `tokenizer` may be null if they are given. Errors:
  /// those of LabelWords.
  void encode(Prompt& prompt, const Tokenizer* tokenizer, EncodeOptions::Bos bos);
  /// Errors: bad_data, if anything is wrong, with what can be used instead. It names all faults, up to a limit.
  void refuse_any() const;

 private:
  void find_tokens(Prompt& prompt, const LabelWords& words);
  void tell_beginnings_apart(Prompt& prompt, const LabelWords* words);
  void check_distinct(const Prompt& prompt);
  void add(const Prompt& prompt, const std::string& key, const std::string& first, const std::string& further);

  std::string message_, place_;
  Advice advice_;
  std::set<std::string> known_;  // faults that were found, as words and what they become
  std::int64_t n_left_out_ = 0;
};

}  // namespace partwise::internal
