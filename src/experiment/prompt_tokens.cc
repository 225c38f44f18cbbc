#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/error.h"
#include "experiment/prompts.h"

namespace partwise {

namespace {

[[noreturn]] void fail(const Prompt& prompt, const std::string& what, const std::string& hint) {
  throw Error(ErrorCode::bad_data, fmt::format("{}: {}", prompt.place, what), hint);
}

/// A prompt's text, and how it became its ids.
struct Context {
  std::string text;
  EncodeOptions encode;
};

/// BOS is taken off given ids before they become text, since a dummy prefix (SentencePiece) is that of the text after
/// it.
Context context_of(const Prompt& prompt, const Tokenizer& tokenizer) {
  if (!prompt.text.empty()) return {prompt.text, {}};
  const bool has_bos = tokenizer.bos_id() == prompt.ids.front();
  const std::vector<TokenId> after(prompt.ids.begin() + has_bos, prompt.ids.end());
  const Context context{tokenizer.decode(after, false),
                        {.bos = has_bos ? EncodeOptions::Bos::yes : EncodeOptions::Bos::no}};
  if (tokenizer.encode(context.text, context.encode) == prompt.ids) return context;
  fail(prompt, "the tokenizer splits the text of these ids in another way, so label words cannot be put after it",
       "give 'option_ids' instead of 'options'");
}

[[noreturn]] void refuse_label_word(const Prompt& prompt, const std::string& option, const Tokenizer& tokenizer,
                                    const std::vector<TokenId>& whole) {
  const auto n = static_cast<std::ptrdiff_t>(std::min(whole.size(), prompt.ids.size()));
  const auto differ = std::mismatch(whole.begin(), whole.begin() + n, prompt.ids.begin());
  std::vector<std::string> tokens;
  for (auto id = differ.first; id != whole.end(); ++id)
    tokens.push_back(fmt::format("'{}'", tokenizer.token_text(*id)));
  const bool extends = differ.second == prompt.ids.end();
  fail(prompt,
       fmt::format("label word '{}' is not one token after this prompt: {} {} token{} ({})", option,
                   extends ? "it becomes" : "with the end of the prompt it becomes", tokens.size(),
                   tokens.size() == 1 ? "" : "s", fmt::join(tokens, ", ")),
       fmt::format("choose a word that is one token{}; `partwise tokenize` shows how a text is split",
                   option.starts_with(' ') ? "" : ", most often one with a space before it"));
}

TokenId label_id(const Prompt& prompt, const std::string& option, const Tokenizer& tokenizer, const Context& context) {
  const std::vector<TokenId> whole = tokenizer.encode(context.text + option, context.encode);
  const bool one_more = whole.size() == prompt.ids.size() + 1;
  if (one_more && std::equal(prompt.ids.begin(), prompt.ids.end(), whole.begin())) return whole.back();
  refuse_label_word(prompt, option, tokenizer, whole);
}

void encode_prompt(Prompt& prompt, const Tokenizer& tokenizer) {
  if (prompt.ids.empty()) prompt.ids = tokenizer.encode(prompt.text);
  if (!prompt.option_ids.empty()) return;
  const Context context = context_of(prompt, tokenizer);
  for (const std::string& option : prompt.options) {
    prompt.option_ids.push_back(label_id(prompt, option, tokenizer, context));
  }
}

std::string option_name(const Prompt& prompt, std::size_t y) {
  return prompt.options.empty() ? fmt::format("option {}", y) : fmt::format("'{}'", prompt.options[y]);
}

void check_distinct(const Prompt& prompt) {
  for (std::size_t y = 0; y < prompt.option_ids.size(); ++y) {
    for (std::size_t other = 0; other < y; ++other) {
      if (prompt.option_ids[other] != prompt.option_ids[y]) continue;
      fail(prompt,
           fmt::format("label words {} and {} are the same token ({})", option_name(prompt, other),
                       option_name(prompt, y), prompt.option_ids[y]),
           "every label needs a token of its own");
    }
  }
}

void check_range(const Prompt& prompt, const std::vector<TokenId>& ids, std::int64_t d_vocab) {
  for (TokenId id : ids) {
    if (id >= 0 && id < d_vocab) continue;
    fail(prompt, fmt::format("token id {} is outside the model's vocabulary of {}", id, d_vocab),
         "these ids were made for another model");
  }
}

void check_prompt(const Prompt& prompt, std::int64_t n_ctx, std::int64_t d_vocab) {
  if (prompt.ids.empty()) fail(prompt, "the prompt is empty", "a prompt needs at least one token");
  const auto n_tokens = static_cast<std::int64_t>(prompt.ids.size());
  if (n_tokens > n_ctx) {
    fail(prompt, fmt::format("the prompt has {} tokens, the model's context {}", n_tokens, n_ctx),
         "use fewer demonstrations (--shots) or shorter rows");
  }
  check_range(prompt, prompt.ids, d_vocab);
  check_range(prompt, prompt.option_ids, d_vocab);
  check_distinct(prompt);
}

bool needs_tokenizer(const Prompt& prompt) {
  return (prompt.ids.empty() && !prompt.text.empty()) || prompt.option_ids.empty();
}

}  // namespace

void tokenize_prompts(PromptSet& set, const Tokenizer* tokenizer, std::int64_t n_ctx, std::int64_t d_vocab) {
  for (Prompt& prompt : set.prompts) {
    if (prompt.ids.empty() && prompt.text.empty())
      fail(prompt, "the prompt is empty", "a prompt needs at least one token");
    if (needs_tokenizer(prompt)) {
      if (!tokenizer) {
        throw Error(ErrorCode::missing_input, fmt::format("{}: the model has no tokenizer for this text", prompt.place),
                    "add the model's tokenizer.json, or give 'ids' and 'option_ids'");
      }
      encode_prompt(prompt, *tokenizer);
    }
    check_prompt(prompt, n_ctx, d_vocab);
  }
}

}  // namespace partwise
