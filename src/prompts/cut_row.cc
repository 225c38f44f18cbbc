#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "base/error.h"
#include "prompts/too_long.h"

namespace partwise::internal {

namespace {

constexpr std::int64_t kAny = std::numeric_limits<std::int64_t>::max();

bool fits(const Prompt& prompt, std::int64_t n_ctx) { return tokens_needed(prompt) <= n_ctx; }

/// Whether a byte of UTF-8 is the first of its character.
bool begins_character(char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }

std::size_t n_characters(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), begins_character));
}

/// The first `most` characters, without white space at their end; the whole text if it has no more.
std::string first_characters(const std::string& text, std::size_t most) {
  std::size_t n = 0, end = 0;
  for (; end < text.size(); ++end) {
    if (begins_character(text[end]) && n++ == most) break;
  }
  if (end == text.size()) return text;
  const std::size_t last = text.substr(0, end).find_last_not_of(" \t\r\n");
  return last == std::string::npos ? "" : text.substr(0, last + 1);
}

/// Tries how many characters of the row's columns fit in one prompt.
class Cut {
 public:
  Cut(const Prompt& prompt, const PromptRecipe& recipe, const Tokenizer* tokenizer, EncodeOptions::Bos bos,
      std::int64_t n_ctx)
      : prompt_(prompt), recipe_(recipe), tokenizer_(tokenizer), bos_(bos), n_ctx_(n_ctx) {}

  std::size_t longest_column() const {
    std::size_t longest = 0;
    for (const auto& [name, text] : prompt_.row.fields) longest = std::max(longest, n_characters(text));
    return longest;
  }

  /// The prompt with at most `most` characters of each column. Its label_ids are those of the whole prompt.
  Prompt of(std::size_t most) const {
    DataRow row = prompt_.row;
    for (auto& [name, text] : row.fields) text = first_characters(text, most);
    Prompt made = apply_recipe(recipe_, row);
    made.label = prompt_.label;
    made.label_ids = prompt_.label_ids;
    made.label_tokens = prompt_.label_tokens;
    return tokenized(std::move(made), kAny);
  }

  bool fits_with(std::size_t most) const { return fits(of(most), n_ctx_); }

  Prompt tokenized(Prompt prompt, std::int64_t d_vocab) const {
    PromptSet one;
    one.prompts.push_back(std::move(prompt));
    one.bos = bos_;
    tokenize_prompts(one, tokenizer_, kAny, d_vocab);
    return std::move(one.prompts[0]);
  }

 private:
  const Prompt& prompt_;
  const PromptRecipe& recipe_;
  const Tokenizer* tokenizer_;
  EncodeOptions::Bos bos_;
  std::int64_t n_ctx_;
};

/// The same number of characters of one row, in each of its prompts.
class Cuts {
 public:
  void add(Cut cut) { cuts_.push_back(std::move(cut)); }

  const std::vector<Cut>& all() const { return cuts_; }
  bool fit_with(std::size_t most) const {
    return std::ranges::all_of(cuts_, [most](const Cut& cut) { return cut.fits_with(most); });
  }
  /// The largest number with which all prompts fit; 0 if none is above it.
  std::size_t largest() const {
    std::size_t shorter = 0, longer = cuts_[0].longest_column();  // the largest that fits, the smallest that does not
    while (longer - shorter > 1) {
      const std::size_t middle = shorter + (longer - shorter) / 2;
      (fit_with(middle) ? shorter : longer) = middle;
    }
    return shorter;
  }
  std::int64_t tokens_without_text() const {
    std::int64_t most = 0;
    for (const Cut& cut : cuts_) most = std::max(most, tokens_needed(cut.of(0)));
    return most;
  }

 private:
  std::vector<Cut> cuts_;
};

}  // namespace

void cut_to_context(const std::vector<Prompt*>& prompts, const std::vector<PromptRecipe>& recipes,
                    const Tokenizer* tokenizer, EncodeOptions::Bos bos, std::int64_t n_ctx, std::int64_t d_vocab) {
  Cuts cuts;
  for (std::size_t k = 0; k < prompts.size(); ++k) cuts.add({*prompts[k], recipes.at(k), tokenizer, bos, n_ctx});
  const std::size_t most = cuts.largest();
  if (most == 0) {
    throw Error(ErrorCode::bad_data,
                fmt::format("{}: the prompt has {} tokens without any of the row's text, the model's context {}",
                            prompts[0]->place, cuts.tokens_without_text(), n_ctx),
                "a model with a longer context is needed, or fewer demonstrations");
  }
  for (std::size_t k = 0; k < prompts.size(); ++k) {
    Prompt found = cuts.all()[k].of(most);
    if (!found.options.empty()) found.label_ids.clear(), found.label_tokens.clear();  // found again, after the cut text
    *prompts[k] = cuts.all()[k].tokenized(std::move(found), d_vocab);
  }
}

}  // namespace partwise::internal
