#include "tokenizer/added_tokens.h"

#include <algorithm>

#include "tokenizer/character_class.h"
#include "tokenizer/literal_spans.h"

namespace partwise::internal {

AddedTokenFinder::AddedTokenFinder(std::vector<AddedToken> tokens) : tokens_(std::move(tokens)) {
  std::sort(tokens_.begin(), tokens_.end(), [](const auto& a, const auto& b) { return a.content < b.content; });
  for (int byte = 0; byte < 256; ++byte) by_first_[byte] = narrow({0, tokens_.size()}, 0, byte);
}

AddedTokenFinder::Range AddedTokenFinder::narrow(Range range, std::size_t depth, unsigned char byte) const {
  const auto at_depth = [depth](const AddedToken& t) {
    return depth < t.content.size() ? static_cast<unsigned char>(t.content[depth])
                                    : -1;  // the shorter token comes first
  };
  auto begin = tokens_.begin() + range.first, end = tokens_.begin() + range.second;
  begin = std::lower_bound(begin, end, byte, [&](const AddedToken& t, int b) { return at_depth(t) < b; });
  end = std::upper_bound(begin, end, byte, [&](int b, const AddedToken& t) { return b < at_depth(t); });
  return {begin - tokens_.begin(), end - tokens_.begin()};
}

const AddedToken* AddedTokenFinder::longest_at(std::string_view text, std::size_t special_room) const {
  const AddedToken* longest = nullptr;
  Range range = by_first_[static_cast<unsigned char>(text[0])];
  for (std::size_t depth = 1; range.first < range.second; ++depth) {
    const AddedToken& shortest = tokens_[range.first];
    if (shortest.content.size() == depth && (!shortest.special || depth <= special_room)) longest = &shortest;
    if (depth == text.size()) break;
    range = narrow(range, depth, static_cast<unsigned char>(text[depth]));
  }
  return longest;
}

bool AddedTokenFinder::has_special() const {
  return std::any_of(tokens_.begin(), tokens_.end(), [](const AddedToken& token) { return token.special; });
}

std::vector<TextPiece> AddedTokenFinder::split(std::string_view text, bool parse_special,
                                               std::span<const TextSpan> literal) const {
  std::vector<TextPiece> pieces;
  SpecialRoom room(parse_special, literal);
  std::size_t done = 0;
  for (std::size_t at = 0; at < text.size();) {
    const AddedToken* token = longest_at(text.substr(at), room.at(at));
    if (!token) {
      ++at;
      continue;
    }
    const std::string_view match = text.substr(at, token->content.size());
    std::size_t begin = at, end = at + match.size();
    at = end;
    if (token->single_word && (ends_with_word(text.substr(0, begin)) || begins_with_word(text.substr(end)))) continue;
    if (token->lstrip) begin = std::max(done, begin - trailing_white_space(text.substr(0, begin)));
    if (token->rstrip) end += leading_white_space(text.substr(end));
    if (done < begin) pieces.push_back({text.substr(done, begin - done)});
    pieces.push_back({match, token->id});
    done = end;
  }
  if (done < text.size()) pieces.push_back({text.substr(done)});
  return pieces;
}

}  // namespace partwise::internal
