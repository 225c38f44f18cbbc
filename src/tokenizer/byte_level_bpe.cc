#include "tokenizer/byte_level_bpe.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "base/utf8.h"
#include "tokenizer/byte_level.h"
#include "tokenizer/normalize.h"

namespace partwise {

namespace {

using Parts = ByteLevelBpeParts;
using Index = std::unordered_map<std::string_view, TokenId>;

constexpr std::size_t kMaxTextBytes = std::size_t{1} << 31;

[[noreturn]] void fail(const Parts& parts, const std::string& what) {
  throw Error(ErrorCode::bad_data, fmt::format("{}: {}", parts.file, what));
}

Index index_vocabulary(const Parts& parts) {
  Index index;
  index.reserve(parts.vocabulary.size());
  for (std::size_t id = 0; id < parts.vocabulary.size(); ++id) {
    const std::string& text = parts.vocabulary[id];
    if (text.empty()) continue;
    auto [first, is_new] = index.emplace(text, id);
    if (!is_new) fail(parts, fmt::format("token '{}' has two ids, {} and {}", text, first->second, id));
  }
  return index;
}

BpeMerges resolve_merges(const Parts& parts, const Index& index) {
  std::vector<MergeRule> rules;
  rules.reserve(parts.merges.size());
  std::string joined;
  for (const auto& [left, right] : parts.merges) {
    const auto id_of = [&, l = left, r = right](std::string_view text) {
      auto found = index.find(text);
      if (found != index.end()) return found->second;
      fail(parts, fmt::format("merge {} ('{}' and '{}'): '{}' is not in the vocabulary", rules.size(), l, r, text));
    };
    joined.assign(left).append(right);
    rules.push_back({id_of(left), id_of(right), id_of(joined)});
  }
  try {
    return BpeMerges(std::move(rules), static_cast<std::int64_t>(parts.vocabulary.size()));
  } catch (const Error& error) {
    fail(parts, error.what());
  }
}

std::array<TokenId, 256> find_bytes(const Index& index) {
  std::array<TokenId, 256> ids;
  for (int byte = 0; byte < 256; ++byte) {
    auto found = index.find(to_byte_level(std::string(1, static_cast<char>(byte))));
    ids[byte] = found == index.end() ? -1 : found->second;
  }
  return ids;
}

void check_added(const Parts& parts, const Index& index) {
  Index seen;
  for (const AddedToken& token : parts.added) {
    const auto problem = [&](std::string_view what) { fail(parts, fmt::format("added token {}: {}", token.id, what)); };
    if (token.id < 0 || token.id >= static_cast<std::int64_t>(parts.vocabulary.size())) problem("no such id");
    if (token.content.empty()) problem("it has no content");
    const std::string& there = parts.vocabulary[token.id];
    if (!there.empty() && there != token.content) problem(fmt::format("'{}' has this id in the vocabulary", there));
    auto other = index.find(token.content);
    if (other != index.end() && other->second != token.id)
      problem(fmt::format("its text is token {} of the vocabulary", other->second));
    if (!seen.emplace(token.content, token.id).second) problem(fmt::format("'{}' is added twice", token.content));
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

void check_marker(const Parts& parts, std::string_view name, std::optional<TokenId> id) {
  const std::int64_t n = static_cast<std::int64_t>(parts.vocabulary.size());
  if (id && (*id < 0 || *id >= n)) fail(parts, fmt::format("{} is token {} of {}", name, *id, n));
}

void check_text(std::string_view text) {
  if (text.size() > kMaxTextBytes) {
    throw Error(ErrorCode::bad_data, fmt::format("a text of {} bytes is too long to be tokenized", text.size()));
  }
  if (std::size_t at = find_invalid_utf8(text); at != std::string_view::npos) {
    throw Error(ErrorCode::bad_data, fmt::format("the text is not valid UTF-8 at byte {}", at));
  }
}

}  // namespace

std::optional<ByteLevelBpeParts::Merge> parse_merge(std::string_view rule) {
  std::size_t space = rule.find(' ');
  if (space == 0 || space >= rule.size() - 1 || rule.find(' ', space + 1) != std::string_view::npos)
    return std::nullopt;
  return ByteLevelBpeParts::Merge{rule.substr(0, space), rule.substr(space + 1)};
}

ByteLevelBpe::ByteLevelBpe(ByteLevelBpeParts parts) : ByteLevelBpe(parts, index_vocabulary(parts)) {}

ByteLevelBpe::ByteLevelBpe(const ByteLevelBpeParts& parts, const Index& vocabulary)
    : name_(parts.name),
      tokens_(parts.vocabulary.size()),
      byte_ids_(find_bytes(vocabulary)),
      merges_(resolve_merges(parts, vocabulary)),
      raw_added_(finder_of(parts, false)),
      normalized_added_(finder_of(parts, true)),
      pre_tokenizer_(parts.pre_tokenizer),
      nfc_(parts.nfc),
      bos_(parts.bos),
      eos_(parts.eos),
      adds_bos_(parts.adds_bos) {
  check_added(parts, vocabulary);
  for (const auto& [text, id] : vocabulary) tokens_[id] = {from_byte_level(text).value_or(std::string(text)), true};
  if (parts.ignore_merges) {
    for (const auto& [text, id] : vocabulary) whole_pieces_.emplace(tokens_[id].bytes, id);
  }
  for (const AddedToken& added : parts.added) tokens_[added.id] = {added.content, true, added.special};
  check_marker(parts, "BOS", bos_);
  check_marker(parts, "EOS", eos_);
  if (adds_bos_ && !bos_) fail(parts, "it asks for a BOS token in front and declares none");
}

std::vector<TokenId> ByteLevelBpe::encode(std::string_view text, const EncodeOptions& options) const {
  check_text(text);
  std::vector<TokenId> ids;
  if (options.bos == EncodeOptions::Bos::yes || (options.bos == EncodeOptions::Bos::automatic && adds_bos_)) {
    if (!bos_) throw Error(ErrorCode::bad_data, "a BOS token was asked for and the tokenizer declares none");
    ids.push_back(*bos_);
  }
  for (const Segment& raw : raw_added_.split(text, options.parse_special)) {
    if (raw.is_token()) {
      ids.push_back(raw.id);
      continue;
    }
    const std::string normalized = nfc_ ? to_nfc(raw.text) : std::string(raw.text);
    for (const Segment& segment : normalized_added_.split(normalized, options.parse_special)) {
      segment.is_token() ? ids.push_back(segment.id) : encode_plain(segment.text, ids);
    }
  }
  return ids;
}

void ByteLevelBpe::encode_plain(std::string_view text, std::vector<TokenId>& ids) const {
  for (std::string_view piece : pre_tokenizer_.split(text)) {
    auto whole = whole_pieces_.find(piece);
    if (whole != whole_pieces_.end()) {
      ids.push_back(whole->second);
    } else {
      encode_piece(piece, ids);
    }
  }
}

void ByteLevelBpe::encode_piece(std::string_view piece, std::vector<TokenId>& ids) const {
  std::vector<TokenId> symbols;
  for (unsigned char byte : piece) {
    if (byte_ids_[byte] >= 0) symbols.push_back(byte_ids_[byte]);
  }
  merges_.apply(symbols);
  ids.insert(ids.end(), symbols.begin(), symbols.end());
}

const ByteLevelBpe::Token& ByteLevelBpe::token(TokenId id) const {
  if (id < 0 || id >= vocab_size()) {
    throw Error(ErrorCode::bad_data, fmt::format("token id {} is outside the vocabulary of {}", id, vocab_size()));
  }
  if (!tokens_[id].exists) throw Error(ErrorCode::bad_data, fmt::format("the vocabulary has no token {}", id));
  return tokens_[id];
}

std::string ByteLevelBpe::decode(const std::vector<TokenId>& ids, bool skip_special) const {
  std::string bytes;
  for (TokenId id : ids) {
    const Token& t = token(id);
    if (!(skip_special && t.special)) bytes += t.bytes;
  }
  return replace_invalid_utf8(bytes);
}

std::string ByteLevelBpe::token_text(TokenId id) const { return replace_invalid_utf8(token(id).bytes); }

}  // namespace partwise
