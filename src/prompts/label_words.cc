#include "prompts/label_words.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>

#include "base/error.h"
#include "data/lines.h"

namespace partwise::internal {

namespace {

constexpr std::size_t kMostOfOtherRows = 20;  // words that are named besides those of the first row at fault

/// The text of given ids, and the options with which it becomes them again. BOS is taken off the ids first, since
/// SentencePiece puts its dummy prefix before the text that follows BOS.
std::pair<std::string, EncodeOptions> text_of_ids(const Prompt& prompt, const Tokenizer& tokenizer) {
  const bool has_bos = tokenizer.bos_id() == prompt.ids.front();
  const std::vector<TokenId> after(prompt.ids.begin() + has_bos, prompt.ids.end());
  const std::string text = tokenizer.decode(after, false);
  const EncodeOptions options{.bos = has_bos ? EncodeOptions::Bos::yes : EncodeOptions::Bos::no};
  if (tokenizer.encode(text, options) == prompt.ids) return {text, options};
  throw Error(ErrorCode::bad_data,
              fmt::format("{}: the tokenizer splits the text of these ids in another way, so label words cannot be put "
                          "after it",
                          prompt.place),
              "give 'option_ids' instead of 'options'");
}

std::string option_name(const Prompt& prompt, std::size_t y) {
  return prompt.options.empty() ? fmt::format("option {}", y) : fmt::format("'{}'", prompt.options[y]);
}

/// What follows a label word in demonstrations, in words.
std::string name_of_end(const Prompt& prompt) {
  return prompt.label_end == "\n" ? "a line end" : fmt::format("'{}'", trim(prompt.label_end));
}

/// "'a' and 'b'", "'a', 'b' and 'c'"
std::string listed(const std::vector<std::string>& names) {
  return fmt::format("{} and {}", fmt::join(names.begin(), names.end() - 1, ", "), names.back());
}

/// Whether `longer` begins with `tokens`, and has more of them.
bool goes_on(const std::vector<TokenId>& tokens, const std::vector<TokenId>& longer) {
  return longer.size() > tokens.size() && std::equal(tokens.begin(), tokens.end(), longer.begin());
}

bool is_beginning(const std::vector<TokenId>& tokens, const std::vector<std::vector<TokenId>>& all) {
  return std::ranges::any_of(all, [&](const std::vector<TokenId>& other) { return goes_on(tokens, other); });
}

}  // namespace

EncodeOptions encode_options(const Prompt& prompt, EncodeOptions::Bos bos) {
  return {.bos = bos, .literal = prompt.literal};
}

LabelWords::LabelWords(const Prompt& prompt, const Tokenizer& tokenizer, EncodeOptions::Bos bos)
    : prompt_(prompt), tokenizer_(tokenizer), text_(prompt.text), options_(encode_options(prompt, bos)) {
  if (text_.empty()) std::tie(text_, options_) = text_of_ids(prompt, tokenizer);
}

std::vector<TokenId> LabelWords::encode(const std::string& word, bool literal, const std::string& end) const {
  EncodeOptions options = options_;
  if (literal) options.literal.push_back({text_.size(), text_.size() + word.size()});
  return tokenizer_.encode(text_ + word + end, options);
}

std::optional<TokenId> LabelWords::extension(const std::vector<TokenId>& whole) const {
  const std::vector<TokenId>& ids = prompt_.ids;
  const bool extends = whole.size() == ids.size() + 1 && std::equal(ids.begin(), ids.end(), whole.begin());
  return extends ? std::optional(whole.back()) : std::nullopt;
}

std::vector<TokenId> LabelWords::tokens_of(const std::string& word, const std::string& end) const {
  const std::vector<TokenId> whole = encode(word, prompt_.literal_options, end), &ids = prompt_.ids;
  const bool extends = whole.size() > ids.size() && std::equal(ids.begin(), ids.end(), whole.begin());
  return extends ? std::vector<TokenId>(whole.begin() + std::ssize(ids), whole.end()) : std::vector<TokenId>();
}

std::optional<TokenId> LabelWords::id_of(const std::string& word) const {
  return extension(encode(word, prompt_.literal_options));
}

bool LabelWords::is_special(const std::string& word) const {
  return prompt_.literal_options && extension(encode(word, false)).has_value() && tokens_of(word).size() != 1;
}

std::string LabelWords::fault_of(const std::string& word) const {
  const std::vector<TokenId> whole = encode(word, prompt_.literal_options);
  const auto n = static_cast<std::ptrdiff_t>(std::min(whole.size(), prompt_.ids.size()));
  const auto differ = std::mismatch(whole.begin(), whole.begin() + n, prompt_.ids.begin());
  std::vector<std::string> tokens;
  for (auto id = differ.first; id != whole.end(); ++id)
    tokens.push_back(fmt::format("'{}'", tokenizer_.token_text(*id)));
  const bool extends = differ.second == prompt_.ids.end();
  return fmt::format("{} {} token{} ({})", extends ? "it becomes" : "with the end of the prompt it becomes",
                     tokens.size(), tokens.size() == 1 ? "" : "s", fmt::join(tokens, ", "));
}

std::string LabelWords::first_piece(const std::string& word) const {
  const std::vector<TokenId> tokens = tokens_of(word);
  return tokens.empty() ? "" : tokenizer_.token_text(tokens.front());
}

void LabelFaults::encode(Prompt& prompt, const Tokenizer* tokenizer, EncodeOptions::Bos bos) {
  if (!prompt.label_ids.empty() || !prompt.label_tokens.empty()) {
    tell_beginnings_apart(prompt, nullptr);
    check_distinct(prompt);
    if (!message_.empty() && advice_.hint.empty()) advice_ = "every label needs tokens of its own";
    return;
  }
  const LabelWords words(prompt, *tokenizer, bos);
  find_tokens(prompt, words);
  tell_beginnings_apart(prompt, &words);
  check_distinct(prompt);
  if (!message_.empty() && advice_.hint.empty()) advice_ = suggest_label_words(prompt, words);
}

void LabelFaults::find_tokens(Prompt& prompt, const LabelWords& words) {
  for (const std::string& word : prompt.options) {
    prompt.label_tokens.push_back(words.is_special(word) ? std::vector<TokenId>() : words.tokens_of(word));
    if (!prompt.label_tokens.back().empty()) continue;
    const std::string fault = words.is_special(word) ? "it spells a special token" : words.fault_of(word);
    add(prompt, word + fault, fmt::format("label word '{}' cannot follow this prompt: {}", word, fault),
        fmt::format("nor can '{}': {}", word, fault));
  }
}

/// A label that is the beginning of another needs a token that says that it ends there. `words`: null if tokens were
/// given.
void LabelFaults::tell_beginnings_apart(Prompt& prompt, const LabelWords* words) {
  const std::vector<std::vector<TokenId>> all = prompt.label_tokens;
  for (std::size_t y = 0; y < all.size(); ++y) {
    if (all[y].empty() || !is_beginning(all[y], all)) continue;
    const std::vector<TokenId> ended =
        words ? words->tokens_of(prompt.options[y], prompt.label_end) : std::vector<TokenId>();
    if (goes_on(all[y], ended)) {
      const std::vector<TokenId> apart(ended.begin(), ended.begin() + std::ssize(all[y]) + 1);
      if (!is_beginning(apart, all) && std::ranges::find(all, apart) == all.end()) {
        prompt.label_tokens[y] = apart;
        continue;
      }
    }
    const std::string fault = fmt::format("label word {} is the beginning of another, and {} does not tell them apart",
                                          option_name(prompt, y), name_of_end(prompt));
    add(prompt, fault, fault, fault);
  }
}

void LabelFaults::check_distinct(const Prompt& prompt) {
  std::map<std::vector<TokenId>, std::vector<std::string>> names;
  const std::size_t n = std::max(prompt.label_ids.size(), prompt.label_tokens.size());
  for (std::size_t y = 0; y < n; ++y) {
    const auto tokens = prompt.label_ids.empty() ? prompt.label_tokens[y] : std::vector{prompt.label_ids[y]};
    if (!tokens.empty()) names[tokens].push_back(option_name(prompt, y));
  }
  for (const auto& [tokens, same] : names) {
    if (same.size() < 2) continue;
    const std::string fault = fmt::format("label words {} are the same token{} ({})", listed(same),
                                          tokens.size() == 1 ? "" : "s", fmt::join(tokens, ", "));
    add(prompt, fault, fault, fault);
  }
}

void LabelFaults::add(const Prompt& prompt, const std::string& key, const std::string& first,
                      const std::string& further) {
  if (!known_.insert(key).second) return;
  if (message_.empty()) {
    place_ = prompt.place;
    message_ = fmt::format("{}: {}", prompt.place, first);
  } else if (prompt.place == place_) {
    message_ += "; " + further;
  } else if (known_.size() > kMostOfOtherRows) {
    ++n_left_out_;
  } else {
    place_ = prompt.place;
    message_ += fmt::format("; {}: {}", prompt.place, first);
  }
}

void LabelFaults::refuse_any() const {
  if (message_.empty()) return;
  throw Error(ErrorCode::bad_data,
              n_left_out_ == 0 ? message_ : fmt::format("{}; and {} more in other rows", message_, n_left_out_),
              advice_);
}

}  // namespace partwise::internal
