// Byte-level BPE, the tokenizer of GPT-2 and of most models since: added tokens are cut out, the rest is
// normalised and cut into pieces, and the bytes of each piece are merged by rank.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "tokenizer/bpe_tokenizer.h"
#include "tokenizer/piece_cache.h"
#include "tokenizer/pretokenize.h"

namespace partwise::internal {

/// The vocabulary is in byte-level spelling.
struct ByteLevelBpeParts : BpeParts {
  PreTokenizer pre_tokenizer{{}};
  bool nfc = false;            // normalise to form C
  bool ignore_merges = false;  // a piece that is in the vocabulary is taken whole
};

/// Bytes that are not in the vocabulary are left out before merging, as in Hugging Face's tokenizers.
class ByteLevelBpe final : public BpeTokenizer {
 public:
  /// Errors: bad_data for parts that do not fit together.
  explicit ByteLevelBpe(ByteLevelBpeParts parts);

  std::string decode(const std::vector<TokenId>& ids, bool skip_special) const override;
  std::string token_text(TokenId id) const override;
  std::string bytes_of(TokenId id) const override;

 private:
  std::string normalize(std::string_view text, bool at_start) const override;
  void encode_plain(std::string_view text, bool at_start, std::vector<TokenId>& ids) const override;
  std::vector<TokenId> encode_piece(std::string_view piece) const;

  std::array<TokenId, 256> byte_ids_;  // -1: not in the vocabulary
  BpeMerges merges_;
  PreTokenizer pre_tokenizer_;
  bool nfc_, ignore_merges_;
  PieceCache cache_;
};

}  // namespace partwise::internal
