#include "tokenizer/pretokenize.h"

namespace partwise::internal {

const std::string_view kGpt2Expression =
    R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)";
const std::string_view kLlama3Expression =
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";
const std::string_view kQwen2Expression =
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";
const std::string_view kDigitExpression = R"(\p{N})";
const std::string_view kDigitsExpression = R"(\p{N}+)";

namespace {

std::size_t after_one_character(std::string_view text, std::size_t at) {
  do ++at;
  while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xc0) == 0x80);
  return at;
}

void split_piece(const SplitStep& step, PatternSearch& search, std::string_view text,
                 std::vector<std::string_view>& pieces) {
  const auto keep = [&](bool wanted, std::size_t begin, std::size_t end) {
    if (wanted && begin < end) pieces.push_back(text.substr(begin, end - begin));
  };
  std::size_t done = 0;
  for (std::size_t from = 0; from <= text.size();) {
    auto match = search.find(text, from);
    if (!match) break;
    keep(step.keep_rest, done, match->begin);
    keep(step.keep_matches, match->begin, match->end);
    done = match->end;
    from = match->begin < match->end ? match->end : after_one_character(text, match->end);
  }
  keep(step.keep_rest, done, text.size());
}

}  // namespace

std::vector<std::string_view> PreTokenizer::split(std::string_view text) const {
  std::vector<std::string_view> pieces;
  if (!text.empty()) pieces.push_back(text);
  for (const SplitStep& step : steps_) {
    PatternSearch search(step.pattern);
    std::vector<std::string_view> finer;
    for (std::string_view piece : pieces) split_piece(step, search, piece, finer);
    pieces = std::move(finer);
  }
  return pieces;
}

}  // namespace partwise::internal
