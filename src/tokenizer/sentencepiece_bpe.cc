#include "tokenizer/sentencepiece_bpe.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>

#include "base/utf8.h"
#include "tokenizer/merge_queue.h"

namespace partwise::internal {

namespace {

constexpr std::string_view kSpace = "\u2581";  // "▁"

template <class... Values>
[[noreturn]] void fail(fmt::format_string<Values...> format, Values&&... values) {
  throw Error(ErrorCode::bad_data, fmt::format(format, std::forward<Values>(values)...));
}

std::string write_spaces(std::string_view text, bool prefix) {
  std::string written(prefix ? kSpace : "");
  for (char byte : text) {
    if (byte == ' ') {
      written += kSpace;
    } else {
      written += byte;
    }
  }
  return written;
}

std::string read_spaces(std::string_view text) {
  std::string read;
  for (std::size_t space; (space = text.find(kSpace)) != std::string_view::npos;) {
    read.append(text.substr(0, space)) += ' ';
    text.remove_prefix(space + kSpace.size());
  }
  return read.append(text);
}

/// Normalises the contents of added tokens that are found after normalisation.
std::string normalize_content(std::string_view content, const SentencePieceBpeParts& parts) {
  return parts.metaspace ? std::string(content) : write_spaces(content, parts.prefixes_added_tokens);
}

/// Ranks in descending order of the scores. A float's bits, read as a number, are in the order of its value, or in
/// reverse order if it is negative.
std::uint32_t rank_of(float score) {
  const auto bits = std::bit_cast<std::uint32_t>(score + 0.0f);  // -0 becomes 0
  constexpr std::uint32_t kSign = 0x80000000;
  return bits & kSign ? bits : ~(bits | kSign);
}

std::vector<std::uint32_t> ranks_of(const std::vector<float>& scores, std::size_t n_tokens) {
  if (!scores.empty() && scores.size() != n_tokens) fail("{} scores for {} tokens", scores.size(), n_tokens);
  std::vector<std::uint32_t> ranks;
  ranks.reserve(scores.size());
  for (float score : scores) {
    if (!std::isfinite(score)) fail("the score of token {} is no number", ranks.size());
    ranks.push_back(rank_of(score));
  }
  return ranks;
}

/// "<0x0A>"
std::string byte_piece(int byte) { return fmt::format("<0x{:02X}>", byte); }

std::array<TokenId, 256> find_bytes(const TokenIndex& vocabulary) {
  std::array<TokenId, 256> ids;
  for (int byte = 0; byte < 256; ++byte) {
    ids[byte] = vocabulary.find(byte_piece(byte));
    if (ids[byte] < 0) fail("there is no piece '{}' for byte 0x{:02X}", byte_piece(byte), byte);
  }
  return ids;
}

std::vector<std::int16_t> bytes_by_id(const std::array<TokenId, 256>& byte_ids, std::int64_t n_tokens) {
  std::vector<std::int16_t> bytes(n_tokens, -1);
  for (int byte = 0; byte < 256; ++byte) bytes[byte_ids[byte]] = static_cast<std::int16_t>(byte);
  return bytes;
}

/// Whether this is a filler, such as "[PAD32000]". Converters add fillers until the vocabulary is as large as the
/// model's number of rows.
bool is_filler(std::string_view piece) {
  constexpr std::string_view kFront = "[PAD";
  if (piece.size() < kFront.size() + 2 || !piece.starts_with(kFront) || !piece.ends_with("]")) return false;
  return piece.find_first_not_of("0123456789", kFront.size()) == piece.size() - 1;
}

/// The code points of valid UTF-8.
std::vector<std::string_view> code_points(std::string_view text) {
  std::vector<std::string_view> points;
  for (std::size_t begin = 0, end; begin < text.size(); begin = end) {
    end = begin + 1;
    while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) ++end;
    points.push_back(text.substr(begin, end - begin));
  }
  return points;
}

std::string replacements(std::size_t n) {
  std::string text;
  for (; n > 0; --n) append_utf8(text, kReplacementCharacter);
  return text;
}

}  // namespace

void SentencePieceBpeParts::take_pieces(std::vector<std::string> pieces, const std::vector<PieceType>& types) {
  vocabulary = std::move(pieces);
  for (std::size_t i = 0; i < vocabulary.size(); ++i) {
    const auto id = static_cast<TokenId>(i);
    std::string& piece = vocabulary[i];
    if (piece.empty()) fail("piece {} is empty", id);
    if (types[i] == PieceType::normal || types[i] == PieceType::byte) continue;
    // SentencePiece makes such a piece by merging and splits it again
    if (types[i] == PieceType::unused && !is_filler(piece)) fail("piece '{}' of type UNUSED is not supported", piece);
    const bool always_found = types[i] == PieceType::user_defined;  // also after normalisation, as in SentencePiece
    if (types[i] != PieceType::unused) added.push_back({id, piece, !always_found, always_found});
    piece.clear();
  }
}

SentencePieceBpe::SentencePieceBpe(SentencePieceBpeParts parts)
    : BpeTokenizer(parts, [&parts](std::string_view content) { return normalize_content(content, parts); }),
      byte_ids_(find_bytes(vocabulary())),
      byte_of_(bytes_by_id(byte_ids_, vocab_size())),
      ranks_(ranks_of(parts.scores, static_cast<std::size_t>(vocab_size()))),
      merges_(resolve_merges(parts.merges)),
      prefix_(parts.prefix),
      metaspace_(parts.metaspace),
      strips_space_(parts.strips_space),
      whole_byte_runs_(parts.whole_byte_runs) {}

bool SentencePieceBpe::has_prefix(bool at_start) const {
  return prefix_ == Prefix::every_stretch || (prefix_ == Prefix::first_stretch && at_start);
}

std::string SentencePieceBpe::normalize(std::string_view text, bool at_start) const {
  return metaspace_ ? std::string(text) : write_spaces(text, has_prefix(at_start));
}

void SentencePieceBpe::encode_plain(std::string_view text, bool at_start, std::vector<TokenId>& ids) const {
  std::string written;
  if (metaspace_) {
    const bool begins_with_space = text.starts_with(' ') || text.starts_with(kSpace);
    written = write_spaces(text, has_prefix(at_start) && !begins_with_space);
    text = written;
  }
  if (ranks_.empty()) {
    merge_by_rule(text, ids);
  } else {
    merge_by_score(text, ids);
  }
}

void SentencePieceBpe::merge_by_score(std::string_view text, std::vector<TokenId>& ids) const {
  using Piece = std::string_view;  // of `text`, so that neighbours lie side by side in memory
  std::vector<Piece> symbols = code_points(text);
  merge_neighbours(symbols, [this](Piece left, Piece right) -> std::optional<MergeResult<Piece>> {
    const Piece joined(left.data(), left.size() + right.size());
    const TokenId id = vocabulary().find(joined);
    if (id < 0 || byte_of_[id] >= 0) return std::nullopt;
    return MergeResult<Piece>{ranks_[id], joined};
  });
  for (Piece piece : symbols) append_piece(piece, ids);
}

void SentencePieceBpe::merge_by_rule(std::string_view text, std::vector<TokenId>& ids) const {
  std::vector<TokenId> symbols;
  symbols.reserve(text.size());
  for (std::string_view point : code_points(text)) append_piece(point, symbols);
  merges_.apply(symbols);
  ids.insert(ids.end(), symbols.begin(), symbols.end());
}

void SentencePieceBpe::append_piece(std::string_view text, std::vector<TokenId>& ids) const {
  if (const TokenId id = vocabulary().find(text); id >= 0) return ids.push_back(id);
  for (unsigned char byte : text) ids.push_back(byte_ids_[byte]);
}

std::string SentencePieceBpe::show_run(std::string_view bytes) const {
  std::string text;
  while (!bytes.empty()) {
    const std::size_t n_valid = std::min(find_invalid_utf8(bytes), bytes.size());
    if (n_valid < bytes.size() && whole_byte_runs_) return replacements(bytes.size());
    text.append(bytes.substr(0, n_valid));
    bytes.remove_prefix(n_valid);
    if (!bytes.empty()) text += replacements(1), bytes.remove_prefix(1);
  }
  return text;
}

std::string SentencePieceBpe::decode(const std::vector<TokenId>& ids, bool skip_special) const {
  std::string text, run;
  for (TokenId id : ids) {
    if (kind_of(id) == Kind::special && skip_special) continue;
    if (byte_of_[id] >= 0) {
      run += static_cast<char>(byte_of_[id]);
    } else {
      text += show_run(run) + read_spaces(text_of(id));
      run.clear();
    }
  }
  text += show_run(run);
  if (strips_space_ && text.starts_with(' ')) text.erase(0, 1);
  return text;
}

std::string SentencePieceBpe::token_text(TokenId id) const {
  kind_of(id);
  return byte_of_[id] < 0x80 ? bytes_of(id) : read_spaces(text_of(id));
}

std::string SentencePieceBpe::bytes_of(TokenId id) const {
  kind_of(id);
  return byte_of_[id] >= 0 ? std::string(1, static_cast<char>(byte_of_[id])) : read_spaces(text_of(id));
}

}  // namespace partwise::internal
