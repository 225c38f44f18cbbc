// What all byte-pair encodings have in common: a vocabulary, tokens that are found by their spelling, and BOS in front.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "tokenizer/added_tokens.h"
#include "tokenizer/bpe_merge.h"
#include "tokenizer/token_index.h"
#include "tokenizer/tokenizer.h"

namespace partwise::internal {

/// The parts of such a tokenizer, as a file gives them.
struct BpeParts {
  struct Merge {
    std::string_view left, right;  // the strings outlive the constructor of the tokenizer
  };

  std::string name;                     // for people: "byte-level BPE (gguf)"
  std::vector<std::string> vocabulary;  // by id, as the file spells it; "" if merging never makes the token
  std::vector<AddedToken> added;        // may be in the vocabulary as well, under the same id
  std::vector<Merge> merges;            // in order of rank
  std::optional<TokenId> bos, eos;
  bool adds_bos = false;
  bool splits_special = false;  // the spelling of a special token never becomes that token
};

/// Parses "LEFT RIGHT", the form of a merge in files; nullopt if it does not have this form.
std::optional<BpeParts::Merge> parse_merge(std::string_view rule);

class BpeTokenizer : public Tokenizer {
 public:
  BpeTokenizer(const BpeTokenizer&) = delete;
  BpeTokenizer& operator=(const BpeTokenizer&) = delete;

  std::string description() const override { return name_; }
  std::int64_t vocab_size() const override { return static_cast<std::int64_t>(texts_.size()); }
  std::optional<TokenId> bos_id() const override { return bos_; }
  std::optional<TokenId> eos_id() const override { return eos_; }
  bool adds_bos() const override { return adds_bos_; }
  std::vector<TokenId> encode(std::string_view text, const EncodeOptions& options) const override;

 protected:
  enum class Kind : std::uint8_t { absent, ordinary, added, special };

  /// Moves everything except the merges out of `parts`. `normalize_content` normalises the contents of tokens that are
  /// found after normalisation. Errors: bad_data for parts that do not fit together.
  BpeTokenizer(BpeParts& parts, const std::function<std::string(std::string_view)>& normalize_content);

  /// Normalises a stretch between tokens that are found before normalisation. `at_start`: the whole text begins with
  /// it.
  virtual std::string normalize(std::string_view text, bool at_start) const = 0;
  /// Appends the ids of a normalised stretch without added tokens.
  virtual void encode_plain(std::string_view text, bool at_start, std::vector<TokenId>& ids) const = 0;

  /// The merges by id. Errors: bad_data for a merge whose parts or result are not in the vocabulary.
  BpeMerges resolve_merges(const std::vector<BpeParts::Merge>& merges) const;
  /// Errors: bad_data for an id outside of the vocabulary.
  Kind kind_of(TokenId id) const;
  const std::string& text_of(TokenId id) const { return texts_[id]; }
  const TokenIndex& vocabulary() const { return vocabulary_; }

 private:
  void check_added(const std::vector<AddedToken>& added) const;
  void forget_absent_markers();
  bool puts_bos(const EncodeOptions& options) const;
  /// Encodes a stretch between tokens that were found before normalisation. `literal` counts from its beginning.
  void encode_raw(std::string_view text, bool at_start, bool parse_special, std::span<const TextSpan> literal,
                  std::vector<TokenId>& ids) const;

  std::string name_;
  std::vector<std::string> texts_;                 // by id, as the file spells them
  TokenIndex vocabulary_;                          // of texts_, without tokens that are only added
  std::vector<Kind> kinds_;                        // by id
  AddedTokenFinder raw_added_, normalized_added_;  // found before normalisation, and after
  bool normalized_special_;                        // whether any of the second is special
  std::optional<TokenId> bos_, eos_;
  bool adds_bos_, splits_special_;
};

/// Returns make(). Its errors get the file's name in front.
template <class Make>
auto naming_file(const std::string& file, const Make& make) {
  try {
    return make();
  } catch (const Error& error) {
    throw Error(error.code(), file + ": " + error.what(), error.advice());
  }
}

}  // namespace partwise::internal
