#include "tokenizer/byte_level_bpe.h"

#include "base/normalize.h"
#include "base/utf8.h"
#include "tokenizer/byte_level.h"

namespace partwise::internal {

namespace {

std::string normal_form(std::string_view text, bool nfc) { return nfc ? to_nfc(text) : std::string(text); }

std::array<TokenId, 256> find_bytes(const TokenIndex& vocabulary) {
  std::array<TokenId, 256> ids;
  for (int byte = 0; byte < 256; ++byte)
    ids[byte] = vocabulary.find(to_byte_level(std::string(1, static_cast<char>(byte))));
  return ids;
}

}  // namespace

ByteLevelBpe::ByteLevelBpe(ByteLevelBpeParts parts)
    : BpeTokenizer(parts, [nfc = parts.nfc](std::string_view content) { return normal_form(content, nfc); }),
      byte_ids_(find_bytes(vocabulary())),
      merges_(resolve_merges(parts.merges)),
      pre_tokenizer_(std::move(parts.pre_tokenizer)),
      nfc_(parts.nfc),
      ignore_merges_(parts.ignore_merges) {}

std::string ByteLevelBpe::normalize(std::string_view text, bool) const { return normal_form(text, nfc_); }

void ByteLevelBpe::encode_plain(std::string_view text, bool, std::vector<TokenId>& ids) const {
  cache_.append(pre_tokenizer_.split(text), ids, [this](std::string_view piece) { return encode_piece(piece); });
}

std::vector<TokenId> ByteLevelBpe::encode_piece(std::string_view piece) const {
  const TokenId whole = ignore_merges_ ? vocabulary().find(to_byte_level(piece)) : -1;
  if (whole >= 0) return {whole};
  std::vector<TokenId> symbols;
  symbols.reserve(piece.size());
  for (unsigned char byte : piece) {
    if (byte_ids_[byte] >= 0) symbols.push_back(byte_ids_[byte]);
  }
  merges_.apply(symbols);
  return symbols;
}

std::string ByteLevelBpe::bytes_of(TokenId id) const {
  const bool ordinary = kind_of(id) == Kind::ordinary;
  return ordinary ? from_byte_level(text_of(id)).value_or(text_of(id)) : text_of(id);
}

std::string ByteLevelBpe::decode(const std::vector<TokenId>& ids, bool skip_special) const {
  std::string bytes;
  for (TokenId id : ids) {
    if (kind_of(id) != Kind::special || !skip_special) bytes += bytes_of(id);
  }
  return replace_invalid_utf8(bytes);
}

std::string ByteLevelBpe::token_text(TokenId id) const { return replace_invalid_utf8(bytes_of(id)); }

}  // namespace partwise::internal
