// Label words as token ids; and what stands against those that have none, said of all at once.
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

namespace partwise {

/// How a prompt's text becomes its ids. BOS as asked for by `bos`; special tokens but in what is literal.
EncodeOptions encode_options(const Prompt& prompt, EncodeOptions::Bos bos);

/// What words become after one prompt, which has its ids.
class LabelWords {
 public:
  /// Errors: bad_data where the prompt was given as ids that its own text does not become.
  LabelWords(const Prompt& prompt, const Tokenizer& tokenizer, EncodeOptions::Bos bos);

  /// The token by which the ids of prompt + word extend those of the prompt; nothing where there is no such token.
  std::optional<TokenId> id_of(const std::string& word) const;
  /// "it becomes 2 tokens (' positive', 'ly')"
  std::string fault_of(const std::string& word) const;
  /// The text of the first token after the prompt; "" where the word does not extend it.
  std::string first_piece(const std::string& word) const;
  /// Whether the word would be one token if its spelling of a special token counted.
  bool is_special(const std::string& word) const;

 private:
  std::vector<TokenId> encode(const std::string& word, bool literal) const;
  std::optional<TokenId> extension(const std::vector<TokenId>& whole) const;

  const Prompt& prompt_;
  const Tokenizer& tokenizer_;
  std::string text_;
  EncodeOptions options_;
};

/// What to do about those of the prompt's words that are no token of their own: others that were found to be one, for
/// the first few of them.
Advice suggest_label_words(const Prompt& prompt, const LabelWords& words);

/// Gathers what is wrong with the label words of prompts.
class LabelFaults {
 public:
  /// Fills the prompt's option_ids in where they are missing, with -1 for a word that is not one token after it, and
  /// looks for options that are the same token. `tokenizer` may be null for given ones. Errors: those of LabelWords.
  void encode(Prompt& prompt, const Tokenizer* tokenizer, EncodeOptions::Bos bos);
  /// Errors: bad_data naming all of them, with what can be used instead.
  void refuse_any() const;

 private:
  void find_ids(Prompt& prompt, const LabelWords& words);
  void check_distinct(const Prompt& prompt);
  void add(const Prompt& prompt, const std::string& key, const std::string& first, const std::string& further);

  std::string message_, place_;
  Advice advice_;
  std::set<std::string> known_;  // words with what they become
  std::int64_t n_left_out_ = 0;
};

}  // namespace partwise
