#include "session/text_stream.h"

#include <algorithm>
#include <string_view>
#include <utility>

namespace partwise::internal {

namespace {

constexpr std::string_view kReplacement = "\uFFFD";  // stands for bytes that are no character, or not yet

/// How long the end of `text` is that a stop text may go on from.
std::size_t begun(std::string_view text, std::string_view stop) {
  for (std::size_t n = std::min(text.size(), stop.size() - 1); n > 0; --n)
    if (text.ends_with(stop.substr(0, n))) return n;
  return 0;
}

}  // namespace

TextStream::TextStream(const Tokenizer& tokenizer, TokenId before, std::vector<std::string> stop_texts)
    : tokenizer_(tokenizer), stop_texts_(std::move(stop_texts)), ids_{before}, before_(decode(ids_)) {
  std::erase(stop_texts_, "");
}

std::string TextStream::push(TokenId id) {
  ids_.push_back(id);
  const std::string all = decode(ids_);
  text_ = all.starts_with(before_) ? all.substr(before_.size()) : decode({ids_.begin() + 1, ids_.end()});
  for (const std::string& stop : stop_texts_) {
    const std::size_t at = text_.find(stop);
    if (at == std::string::npos) continue;
    is_stopped_ = true;
    text_.resize(at);
  }
  return give_out(is_stopped_ ? text_.size() : certain());
}

std::string TextStream::rest() { return give_out(text_.size()); }

std::string TextStream::give_out(std::size_t end) {
  const std::size_t begin = std::exchange(given_, std::max(given_, end));
  return text_.substr(std::min(begin, text_.size()), given_ - begin);
}

std::string TextStream::decode(const std::vector<TokenId>& ids) const { return tokenizer_.decode(ids, true); }

/// Where what may yet change begins: incomplete characters, or the beginning of a stop text.
std::size_t TextStream::certain() const {
  std::string_view text = text_;
  while (text.ends_with(kReplacement)) text.remove_suffix(kReplacement.size());
  std::size_t held = 0;
  for (const std::string& stop : stop_texts_) held = std::max(held, begun(text, stop));
  return text.size() - held;
}

}  // namespace partwise::internal
