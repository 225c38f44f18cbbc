#include "tokenizer/byte_level_bpe.h"

#include <fmt/format.h>

#include <string_view>
#include <unordered_set>

#include "base/error.h"
#include "base/utf8.h"
#include "tokenizer/byte_level.h"
#include "tokenizer/normalize.h"

namespace partwise {

namespace {

using Parts = ByteLevelBpeParts;

constexpr std::size_t kMaxTextBytes = std::size_t{1} << 31;

template <class... Values>
[[noreturn]] void fail(fmt::format_string<Values...> format, Values&&... values) {
  throw Error(ErrorCode::bad_data, fmt::format(format, std::forward<Values>(values)...));
}

BpeMerges resolve_merges(const Parts& parts, const TokenIndex& vocabulary, std::size_t vocab_size) {
  std::vector<MergeRule> rules;
  rules.reserve(parts.merges.size());
  std::string joined;
  const auto id_of = [&](std::string_view text, const Parts::Merge& merge) {
    TokenId id = vocabulary.find(text);
    if (id < 0)
      fail("merge {} ('{}' '{}'): '{}' is not in the vocabulary", rules.size(), merge.left, merge.right, text);
    return id;
  };
  for (const Parts::Merge& merge : parts.merges) {
    joined.assign(merge.left).append(merge.right);
    rules.push_back({id_of(merge.left, merge), id_of(merge.right, merge), id_of(joined, merge)});
  }
  return BpeMerges(std::move(rules), static_cast<std::int64_t>(vocab_size));
}

std::array<TokenId, 256> find_bytes(const TokenIndex& vocabulary) {
  std::array<TokenId, 256> ids;
  for (int byte = 0; byte < 256; ++byte)
    ids[byte] = vocabulary.find(to_byte_level(std::string(1, static_cast<char>(byte))));
  return ids;
}

/// An added token has an id of its own, or that of its text in the vocabulary.
void check_added(const std::vector<AddedToken>& added, const std::vector<std::string>& texts,
                 const TokenIndex& vocabulary) {
  std::unordered_set<std::string_view> contents;
  std::unordered_set<TokenId> ids;
  for (const auto& [id, content, special, normalized] : added) {
    if (id < 0 || id >= static_cast<std::int64_t>(texts.size()))
      fail("added token '{}' has the id {}, past the end", content, id);
    if (content.empty()) fail("added token {} is empty", id);
    if (!contents.insert(content).second) fail("'{}' is added twice", content);
    if (!ids.insert(id).second) fail("two added tokens have the same id {}", id);
    if (!texts[id].empty() && texts[id] != content)
      fail("tokens '{}' and '{}' have the same id {}", texts[id], content, id);
    TokenId other = vocabulary.find(content);
    if (other >= 0 && other != id) fail("token '{}' has two ids, {} and {}", content, other, id);
  }
}

AddedTokenFinder finder_of(const Parts& parts, bool normalized) {
  std::vector<AddedToken> tokens;
  for (const AddedToken& token : parts.added) {
    if (token.normalized != normalized) continue;
    tokens.push_back(token);
    if (normalized && parts.nfc) tokens.back().content = to_nfc(token.content);
  }
  return AddedTokenFinder(std::move(tokens));
}

void check_text(std::string_view text) {
  if (text.size() > kMaxTextBytes) fail("a text of {} bytes is too long to be tokenized", text.size());
  if (std::size_t at = find_invalid_utf8(text); at != std::string_view::npos)
    fail("the text is not valid UTF-8 at byte {}", at);
}

}  // namespace

std::optional<ByteLevelBpeParts::Merge> parse_merge(std::string_view rule) {
  const std::size_t space = rule.find(' ');
  const bool one_space = space != std::string_view::npos && rule.find(' ', space + 1) == std::string_view::npos;
  if (!one_space || space == 0 || space + 1 == rule.size()) return std::nullopt;
  return ByteLevelBpeParts::Merge{rule.substr(0, space), rule.substr(space + 1)};
}

ByteLevelBpe::ByteLevelBpe(ByteLevelBpeParts parts)
    : name_(std::move(parts.name)),
      texts_(std::move(parts.vocabulary)),
      vocabulary_(texts_),
      kinds_(texts_.size(), Kind::absent),
      byte_ids_(find_bytes(vocabulary_)),
      merges_(resolve_merges(parts, vocabulary_, texts_.size())),
      raw_added_(finder_of(parts, false)),
      normalized_added_(finder_of(parts, true)),
      pre_tokenizer_(std::move(parts.pre_tokenizer)),
      nfc_(parts.nfc),
      ignore_merges_(parts.ignore_merges),
      bos_(parts.bos),
      eos_(parts.eos),
      adds_bos_(parts.adds_bos) {
  check_added(parts.added, texts_, vocabulary_);
  for (std::size_t id = 0; id < texts_.size(); ++id) kinds_[id] = texts_[id].empty() ? Kind::absent : Kind::ordinary;
  for (AddedToken& token : parts.added) {
    texts_[token.id] = std::move(token.content);
    kinds_[token.id] = token.special ? Kind::special : Kind::added;
  }
  if (bos_) kind_of(*bos_);
  if (eos_) kind_of(*eos_);
  if (adds_bos_ && !bos_) fail("BOS is to be put in front and none is declared");
}

std::vector<TokenId> ByteLevelBpe::encode(std::string_view text, const EncodeOptions& options) const {
  check_text(text);
  std::vector<TokenId> ids;
  if (puts_bos(options)) ids.push_back(*bos_);
  for (const TextPiece& piece : raw_added_.split(text, options.parse_special)) {
    if (piece.is_token()) {
      ids.push_back(piece.id);
    } else {
      encode_raw(piece.text, options.parse_special, ids);
    }
  }
  return ids;
}

bool ByteLevelBpe::puts_bos(const EncodeOptions& options) const {
  if (options.bos == EncodeOptions::Bos::automatic) return adds_bos_;
  if (options.bos == EncodeOptions::Bos::yes && !bos_) fail("BOS was asked for and the tokenizer declares none");
  return options.bos == EncodeOptions::Bos::yes;
}

void ByteLevelBpe::encode_raw(std::string_view text, bool parse_special, std::vector<TokenId>& ids) const {
  const std::string normalized = nfc_ ? to_nfc(text) : std::string(text);
  for (const TextPiece& piece : normalized_added_.split(normalized, parse_special)) {
    if (piece.is_token()) {
      ids.push_back(piece.id);
    } else {
      encode_plain(piece.text, ids);
    }
  }
}

void ByteLevelBpe::encode_plain(std::string_view text, std::vector<TokenId>& ids) const {
  for (std::string_view piece : pre_tokenizer_.split(text)) {
    const TokenId whole = ignore_merges_ ? vocabulary_.find(to_byte_level(piece)) : -1;
    if (whole >= 0) {
      ids.push_back(whole);
    } else {
      encode_piece(piece, ids);
    }
  }
}

void ByteLevelBpe::encode_piece(std::string_view piece, std::vector<TokenId>& ids) const {
  std::vector<TokenId> symbols;
  symbols.reserve(piece.size());
  for (unsigned char byte : piece) {
    if (byte_ids_[byte] >= 0) symbols.push_back(byte_ids_[byte]);
  }
  merges_.apply(symbols);
  ids.insert(ids.end(), symbols.begin(), symbols.end());
}

ByteLevelBpe::Kind ByteLevelBpe::kind_of(TokenId id) const {
  if (id < 0 || id >= vocab_size()) fail("token id {} is outside the vocabulary of {}", id, vocab_size());
  if (kinds_[id] == Kind::absent) fail("the vocabulary has no token {}", id);
  return kinds_[id];
}

std::string ByteLevelBpe::bytes_of(TokenId id) const {
  const Kind kind = kind_of(id);
  const std::string& text = texts_[id];
  return kind == Kind::ordinary ? from_byte_level(text).value_or(text) : text;
}

std::string ByteLevelBpe::decode(const std::vector<TokenId>& ids, bool skip_special) const {
  std::string bytes;
  for (TokenId id : ids) {
    if (kind_of(id) != Kind::special || !skip_special) bytes += bytes_of(id);
  }
  return replace_invalid_utf8(bytes);
}

std::string ByteLevelBpe::token_text(TokenId id) const { return replace_invalid_utf8(bytes_of(id)); }

std::unique_ptr<Tokenizer> make_byte_level_bpe(ByteLevelBpeParts parts, const std::string& file) {
  try {
    return std::make_unique<ByteLevelBpe>(std::move(parts));
  } catch (const Error& error) {
    throw Error(error.code(), fmt::format("{}: {}", file, error.what()), error.hint());
  }
}

}  // namespace partwise
