#include "tokenizer/bpe_tokenizer.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>

#include "base/utf8.h"
#include "tokenizer/literal_spans.h"

namespace partwise::internal {

namespace {

constexpr std::size_t kMaxTextBytes = std::size_t{1} << 31;

template <class... Values>
[[noreturn]] void fail(fmt::format_string<Values...> format, Values&&... values) {
  throw Error(ErrorCode::bad_data, fmt::format(format, std::forward<Values>(values)...));
}

void check_text(std::string_view text) {
  if (text.size() > kMaxTextBytes) fail("a text of {} bytes is too long to be tokenized", text.size());
  if (std::size_t at = find_invalid_utf8(text); at != std::string_view::npos)
    fail("the text is not valid UTF-8 at byte {}", at);
}

/// Chat fine-tunes often add their markers as tokens that are not special, and older files have them as USER_DEFINED.
/// But the beginning or end of a turn is a control token, even if its file says otherwise.
bool is_chat_marker(std::string_view content) {
  const auto is_within = [&](std::string_view begin, std::string_view end) {
    return content.size() > begin.size() + end.size() && content.starts_with(begin) && content.ends_with(end);
  };
  return is_within("<|", "|>") || is_within("<｜", "｜>") || content == "<start_of_turn>" || content == "<end_of_turn>";
}

bool is_control(const AddedToken& token) { return token.special || is_chat_marker(token.content); }

/// The tokens that are found before normalisation, or those that are found after it, with their contents normalised.
template <class Normalize>
AddedTokenFinder finder_of(const std::vector<AddedToken>& added, bool normalized, const Normalize& normalize_content) {
  std::vector<AddedToken> tokens;
  for (const AddedToken& token : added) {
    if (token.normalized != normalized) continue;
    tokens.push_back(token);
    tokens.back().special = is_control(token);
    if (normalized) tokens.back().content = normalize_content(token.content);
  }
  return AddedTokenFinder(std::move(tokens));
}

}  // namespace

std::optional<BpeParts::Merge> parse_merge(std::string_view rule) {
  const std::size_t space = rule.find(' ');
  const bool one_space = space != std::string_view::npos && rule.find(' ', space + 1) == std::string_view::npos;
  if (!one_space || space == 0 || space + 1 == rule.size()) return std::nullopt;
  return BpeParts::Merge{rule.substr(0, space), rule.substr(space + 1)};
}

BpeTokenizer::BpeTokenizer(BpeParts& parts, const std::function<std::string(std::string_view)>& normalize_content)
    : name_(std::move(parts.name)),
      texts_(std::move(parts.vocabulary)),
      vocabulary_(texts_),
      kinds_(texts_.size(), Kind::absent),
      raw_added_(finder_of(parts.added, false, normalize_content)),
      normalized_added_(finder_of(parts.added, true, normalize_content)),
      normalized_special_(normalized_added_.has_special()),
      bos_(parts.bos),
      eos_(parts.eos),
      adds_bos_(parts.adds_bos),
      splits_special_(parts.splits_special) {
  check_added(parts.added);
  for (std::size_t id = 0; id < texts_.size(); ++id) kinds_[id] = texts_[id].empty() ? Kind::absent : Kind::ordinary;
  for (AddedToken& token : parts.added) {
    kinds_[token.id] = is_control(token) ? Kind::special : Kind::added;
    texts_[token.id] = std::move(token.content);
  }
  forget_absent_markers();
}

/// A marker that is not a token can never be used. This matters only if it is to be put in front.
void BpeTokenizer::forget_absent_markers() {
  const auto is_absent = [&](TokenId id) { return id < 0 || id >= vocab_size() || kinds_[id] == Kind::absent; };
  if (eos_ && is_absent(*eos_)) eos_.reset();
  if (adds_bos_ && !bos_) fail("BOS is to be put in front and none is declared");
  if (adds_bos_) kind_of(*bos_);
  if (bos_ && is_absent(*bos_)) bos_.reset();
}

/// Checks that an added token has an id of its own, or the id of its text in the vocabulary.
void BpeTokenizer::check_added(const std::vector<AddedToken>& added) const {
  std::unordered_set<std::string_view> contents;
  std::unordered_set<TokenId> ids;
  for (const AddedToken& token : added) {
    const TokenId id = token.id;
    const std::string& content = token.content;
    if (id < 0 || id >= vocab_size()) fail("added token '{}' has the id {}, past the end", content, id);
    if (content.empty()) fail("added token {} is empty", id);
    if (!contents.insert(content).second) fail("'{}' is added twice", content);
    if (!ids.insert(id).second) fail("two added tokens have the same id {}", id);
    if (!texts_[id].empty() && texts_[id] != content)
      fail("tokens '{}' and '{}' have the same id {}", texts_[id], content, id);
    TokenId other = vocabulary_.find(content);
    if (other >= 0 && other != id) fail("token '{}' has two ids, {} and {}", content, other, id);
  }
}

BpeMerges BpeTokenizer::resolve_merges(const std::vector<BpeParts::Merge>& merges) const {
  std::vector<MergeRule> rules;
  rules.reserve(merges.size());
  std::string joined;
  const auto id_of = [&](std::string_view text, const BpeParts::Merge& merge) {
    TokenId id = vocabulary_.find(text);
    if (id < 0)
      fail("merge {} ('{}' '{}'): '{}' is not in the vocabulary", rules.size(), merge.left, merge.right, text);
    return id;
  };
  for (const BpeParts::Merge& merge : merges) {
    joined.assign(merge.left).append(merge.right);
    rules.push_back({id_of(merge.left, merge), id_of(merge.right, merge), id_of(joined, merge)});
  }
  return BpeMerges(std::move(rules), vocab_size());
}

BpeTokenizer::Kind BpeTokenizer::kind_of(TokenId id) const {
  if (id < 0 || id >= vocab_size()) fail("token id {} is outside the vocabulary of {}", id, vocab_size());
  if (kinds_[id] == Kind::absent) fail("the vocabulary has no token {}", id);
  return kinds_[id];
}

std::vector<TokenId> BpeTokenizer::encode(std::string_view text, const EncodeOptions& options) const {
  check_text(text);
  check_internal(are_spans_of(text.size(), options.literal), "literal bytes are of the text, in order and apart");
  std::vector<TokenId> ids;
  if (puts_bos(options)) ids.push_back(*bos_);
  const bool parse_special = options.parse_special && !splits_special_;
  for (const TextPiece& piece : raw_added_.split(text, parse_special, options.literal)) {
    if (piece.is_token()) {
      ids.push_back(piece.id);
    } else {
      const auto begin = static_cast<std::size_t>(piece.text.data() - text.data());
      const std::vector<TextSpan> literal = spans_within({begin, begin + piece.text.size()}, options.literal);
      encode_raw(piece.text, begin == 0, parse_special, literal, ids);
    }
  }
  return ids;
}

bool BpeTokenizer::puts_bos(const EncodeOptions& options) const {
  if (options.bos == EncodeOptions::Bos::automatic) return adds_bos_;
  if (options.bos == EncodeOptions::Bos::yes && !bos_) fail("BOS was asked for and the tokenizer declares none");
  return options.bos == EncodeOptions::Bos::yes;
}

void BpeTokenizer::encode_raw(std::string_view text, bool at_start, bool parse_special,
                              std::span<const TextSpan> literal, std::vector<TokenId>& ids) const {
  const std::string normalized = normalize(text, at_start);
  const auto normalize_part = [&](std::string_view part, bool first) { return normalize(part, at_start && first); };
  std::vector<TextSpan> moved;
  if (parse_special && normalized_special_) moved = spans_after(text, normalized, literal, normalize_part);
  for (const TextPiece& piece : normalized_added_.split(normalized, parse_special, moved)) {
    if (piece.is_token()) {
      ids.push_back(piece.id);
    } else {
      encode_plain(piece.text, at_start && piece.text.data() == normalized.data(), ids);
    }
  }
}

}  // namespace partwise::internal
