// SentencePiece's BPE with byte fallback, the tokenizer of Llama 2, Mistral and Gemma: spaces become "▁", code points
// of the whole text are merged into pieces, and a code point that is not a piece becomes its bytes.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tokenizer/bpe_tokenizer.h"
#include "tokenizer/piece_type.h"

namespace partwise::internal {

/// The vocabulary holds the pieces that merging may make, with "▁" for a space, and the byte pieces, which merging
/// never makes.
struct SentencePieceBpeParts : BpeParts {
  std::vector<float> scores;  // by id; the highest is merged first. Empty: `merges` decide

  /// Where a "▁" that is not in the text is added (the dummy prefix).
  enum class Prefix {
    none,
    first_stretch,  // at the beginning of the text, unless it begins with an added token
    every_stretch,  // in every stretch between added tokens that are found before normalisation
  } prefix = Prefix::none;
  /// The Metaspace convention: "▁" is written after all added tokens were cut out, and no prefix is put before a "▁".
  bool metaspace = false;
  /// The Prepend convention: added tokens that are found after normalisation also have the prefix.
  bool prefixes_added_tokens = false;

  bool strips_space = false;  // decoding drops a space at the beginning of the whole text
  /// Hugging Face's convention for decoding: if a run of byte pieces is not UTF-8, none of its bytes is shown.
  bool whole_byte_runs = false;

  /// Sets the vocabulary from pieces and their types. Errors: bad_data.
  void take_pieces(std::vector<std::string> pieces, const std::vector<PieceType>& types);
};

class SentencePieceBpe final : public BpeTokenizer {
 public:
  /// Errors: bad_data for parts that do not fit together.
  explicit SentencePieceBpe(SentencePieceBpeParts parts);

  std::string decode(const std::vector<TokenId>& ids, bool skip_special) const override;
  /// A byte piece above 0x7F is shown as "<0xE4>".
  std::string token_text(TokenId id) const override;
  std::string bytes_of(TokenId id) const override;

 private:
  using Prefix = SentencePieceBpeParts::Prefix;

  std::string normalize(std::string_view text, bool at_start) const override;
  void encode_plain(std::string_view text, bool at_start, std::vector<TokenId>& ids) const override;
  bool has_prefix(bool at_start) const;
  void merge_by_score(std::string_view text, std::vector<TokenId>& ids) const;
  void merge_by_rule(std::string_view text, std::vector<TokenId>& ids) const;
  /// Appends the id of a piece, or the ids of its bytes if the text is not a piece.
  void append_piece(std::string_view text, std::vector<TokenId>& ids) const;
  std::string show_run(std::string_view bytes) const;

  std::array<TokenId, 256> byte_ids_;
  std::vector<std::int16_t> byte_of_;  // by id; -1: not a byte piece
  std::vector<std::uint32_t> ranks_;   // by id, the lowest is merged first; empty: merges_ decides
  BpeMerges merges_;
  Prefix prefix_;
  bool metaspace_, strips_space_, whole_byte_runs_;
};

}  // namespace partwise::internal
