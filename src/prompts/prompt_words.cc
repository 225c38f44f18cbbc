#include "prompts/prompt_words.h"

#include <algorithm>
#include <map>
#include <optional>
#include <tuple>
#include <utility>

namespace partwise::internal {

namespace {

bool is_white(char byte) { return byte == ' ' || (byte >= '\t' && byte <= '\r'); }

/// Follows the tokens through a text.
class TokenWalk {
 public:
  TokenWalk(std::string_view text, std::size_t n_tokens) : text_(text), spans_(n_tokens) {}

  void push(std::size_t token, const std::string& bytes) {
    const auto found = find(bytes);
    if (!found) return;
    std::fill(spans_.begin() + static_cast<std::ptrdiff_t>(next_), spans_.begin() + static_cast<std::ptrdiff_t>(token),
              TextSpan{at_, found->begin});
    spans_[token] = *found;
    at_ = found->end;
    next_ = token + 1;
  }

  std::vector<TextSpan> spans() && {
    std::fill(spans_.begin() + static_cast<std::ptrdiff_t>(next_), spans_.end(), TextSpan{at_, text_.size()});
    return std::move(spans_);
  }

 private:
  /// Where the bytes are: here; here without a space that SentencePiece puts in front of a text; or a little further
  /// on, if they are so many that this is no accident.
  std::optional<TextSpan> find(const std::string& bytes) const {
    constexpr std::size_t kAhead = 32, kFewest = 3;
    const std::string_view rest = text_.substr(at_);
    if (rest.starts_with(bytes)) return TextSpan{at_, at_ + bytes.size()};
    if (at_ == 0 && bytes.starts_with(' ') && rest.starts_with(bytes.substr(1))) return TextSpan{0, bytes.size() - 1};
    const std::size_t ahead = rest.substr(0, kAhead + bytes.size()).find(bytes);
    if (bytes.size() < kFewest || ahead == std::string_view::npos) return std::nullopt;
    return TextSpan{at_ + ahead, at_ + ahead + bytes.size()};
  }

  std::string_view text_;
  std::vector<TextSpan> spans_;
  std::size_t at_ = 0, next_ = 0;  // behind the last token that was found
};

std::vector<TextSpan> words_within(std::string_view text, TextSpan own) {
  std::vector<TextSpan> words;
  for (std::size_t begin = own.begin, end; begin < own.end; begin = end) {
    for (end = begin; end < own.end && !is_white(text[end]);) ++end;
    if (end > begin) words.push_back({begin, end});
    if (end == begin) ++end;
  }
  return words;
}

/// What each byte of a prompt's text belongs to.
class ByteMap {
 public:
  explicit ByteMap(std::string_view text) : text_(text), of_byte_(text.size(), PromptWords::kRest) {}

  void mark(TextSpan span, std::int32_t source) {
    for (std::size_t i = span.begin; i < std::min(span.end, text_.size()); ++i) of_byte_[i] = source;
  }

  /// What most of the bytes belong to, the first of several.
  std::int32_t most_of(TextSpan span) const {
    const bool is_all_white = std::all_of(text_.begin() + static_cast<std::ptrdiff_t>(span.begin),
                                          text_.begin() + static_cast<std::ptrdiff_t>(span.end), is_white);
    std::map<std::int32_t, std::size_t> counts;
    std::int32_t most = PromptWords::kRest;
    for (std::size_t i = span.begin; i < span.end; ++i)
      if (is_all_white || !is_white(text_[i])) ++counts[of_byte_[i]];
    std::size_t n = 0;
    for (const auto& [source, count] : counts)
      if (count > n) std::tie(most, n) = std::tie(source, count);
    return most;
  }

 private:
  std::string_view text_;
  std::vector<std::int32_t> of_byte_;
};

/// Marks the words of one stretch of the row's text, and the white space between them. The words' numbers begin with
/// `next`.
void mark_words(ByteMap& map, TextSpan own, std::span<const TextSpan> words, std::int32_t next) {
  for (std::size_t w = 0; w < words.size(); ++w) {
    const std::size_t begin = w == 0 ? own.begin : words[w].begin;
    const std::size_t end = w + 1 < words.size() ? words[w + 1].begin : own.end;
    map.mark({begin, end}, next + static_cast<std::int32_t>(w));
  }
}

}  // namespace

std::vector<TextSpan> token_spans(std::string_view text, const std::vector<TokenId>& ids, const Tokenizer& tokenizer) {
  TokenWalk walk(text, ids.size());
  for (std::size_t i = 0; i < ids.size(); ++i) walk.push(i, tokenizer.bytes_of(ids[i]));
  return std::move(walk).spans();
}

PromptWords words_of_prompt(const Prompt& prompt, std::span<const ShownRow> demonstrations,
                            const Tokenizer* tokenizer) {
  PromptWords found{{}, std::vector<std::int32_t>(prompt.ids.size()), std::ssize(demonstrations)};
  if (!tokenizer || prompt.text.empty()) return found;
  ByteMap map(prompt.text);
  std::int32_t next = PromptWords::kRest + 1;
  for (const ShownRow& row : demonstrations) map.mark(row.bytes, next++);
  const std::vector<TextSpan> whole = {{0, prompt.text.size()}};
  for (const TextSpan& own : prompt.row_text.empty() ? whole : prompt.row_text) {
    const std::vector<TextSpan> words = words_within(prompt.text, own);
    mark_words(map, own, words, next);
    next += static_cast<std::int32_t>(words.size());
    found.words.insert(found.words.end(), words.begin(), words.end());
  }
  const std::vector<TextSpan> spans = token_spans(prompt.text, prompt.ids, *tokenizer);
  std::ranges::transform(spans, found.token_of.begin(), [&](TextSpan span) { return map.most_of(span); });
  return found;
}

}  // namespace partwise::internal
