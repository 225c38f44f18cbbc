// Byte-level BPE, the tokenizer of GPT-2 and of most models since: added tokens are cut out, the rest is
// normalised and cut into pieces, and the bytes of each piece are merged by rank.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tokenizer/added_tokens.h"
#include "tokenizer/bpe_merge.h"
#include "tokenizer/pretokenize.h"
#include "tokenizer/token_index.h"
#include "tokenizer/tokenizer.h"

namespace partwise {

/// What a file says about such a tokenizer.
struct ByteLevelBpeParts {
  struct Merge {
    std::string_view left, right;  // byte-level spelling, of strings that outlive the making of the tokenizer
  };

  std::string name;                     // for people: "byte-level BPE (gguf)"
  std::vector<std::string> vocabulary;  // by id, byte-level spelling; "" where merging makes no such token
  std::vector<AddedToken> added;        // may be in the vocabulary as well, under the same id
  std::vector<Merge> merges;            // in order of rank
  PreTokenizer pre_tokenizer{{}};
  bool nfc = false;            // normalise to form C
  bool ignore_merges = false;  // a piece that is in the vocabulary is taken whole
  std::optional<TokenId> bos, eos;
  bool adds_bos = false;
};

/// "LEFT RIGHT", as files write a merge; nothing where it has not this form.
std::optional<ByteLevelBpeParts::Merge> parse_merge(std::string_view rule);

class ByteLevelBpe final : public Tokenizer {
 public:
  /// Errors: bad_data for parts that do not fit together.
  explicit ByteLevelBpe(ByteLevelBpeParts parts);
  ByteLevelBpe(const ByteLevelBpe&) = delete;
  ByteLevelBpe& operator=(const ByteLevelBpe&) = delete;

  std::string description() const override { return name_; }
  std::int64_t vocab_size() const override { return static_cast<std::int64_t>(texts_.size()); }
  std::optional<TokenId> bos_id() const override { return bos_; }
  std::optional<TokenId> eos_id() const override { return eos_; }
  bool adds_bos() const override { return adds_bos_; }

  /// A byte that is not in the vocabulary is left out before merging, as Hugging Face does.
  std::vector<TokenId> encode(std::string_view text, const EncodeOptions& options) const override;
  std::string decode(const std::vector<TokenId>& ids, bool skip_special) const override;
  std::string token_text(TokenId id) const override;

 private:
  enum class Kind : std::uint8_t { absent, ordinary, added, special };

  bool puts_bos(const EncodeOptions& options) const;
  void encode_raw(std::string_view text, bool parse_special, std::vector<TokenId>& ids) const;
  void encode_plain(std::string_view text, std::vector<TokenId>& ids) const;
  void encode_piece(std::string_view piece, std::vector<TokenId>& ids) const;
  /// Errors: bad_data for an id that is none.
  Kind kind_of(TokenId id) const;
  std::string bytes_of(TokenId id) const;

  std::string name_;
  std::vector<std::string> texts_;     // by id: ordinary tokens in byte-level spelling, added ones as they are
  TokenIndex vocabulary_;              // of texts_, without those that are only added
  std::vector<Kind> kinds_;            // by id
  std::array<TokenId, 256> byte_ids_;  // -1: not in the vocabulary
  BpeMerges merges_;
  AddedTokenFinder raw_added_, normalized_added_;  // found before normalisation, and after
  PreTokenizer pre_tokenizer_;
  bool nfc_, ignore_merges_;
  std::optional<TokenId> bos_, eos_;
  bool adds_bos_;
};

/// A tokenizer of these parts. Errors: bad_data, naming `file`.
std::unique_ptr<Tokenizer> make_byte_level_bpe(ByteLevelBpeParts parts, const std::string& file);

}  // namespace partwise
