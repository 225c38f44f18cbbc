#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "prompts/label_words.h"
#include "prompts/prompt_sets.h"
#include "prompts/prompts.h"

namespace partwise::internal {

namespace {

[[noreturn]] void fail(const Prompt& prompt, const std::string& what, const Advice& advice) {
  throw Error(ErrorCode::bad_data, fmt::format("{}: {}", prompt.place, what), advice);
}

void check_range(const Prompt& prompt, const std::vector<TokenId>& ids, std::int64_t d_vocab) {
  for (TokenId id : ids) {
    if (id >= 0 && id < d_vocab) continue;
    fail(prompt, fmt::format("token id {} is outside the model's vocabulary of {}", id, d_vocab),
         "these ids were made for another model");
  }
}

void check_prompt(const Prompt& prompt, std::int64_t n_ctx, std::int64_t d_vocab) {
  const std::int64_t n_tokens = tokens_needed(prompt);
  if (n_tokens > n_ctx) {
    fail(prompt, fmt::format("the prompt has {} tokens, the model's context {}", n_tokens, n_ctx),
         {"use fewer demonstrations or shorter rows", {Setting::shots}});
  }
  check_range(prompt, prompt.ids, d_vocab);
  check_range(prompt, prompt.label_ids, d_vocab);
  for (const auto& tokens : prompt.label_tokens) check_range(prompt, tokens, d_vocab);
}

bool needs_tokenizer(const Prompt& prompt) {
  return (prompt.ids.empty() && !prompt.text.empty()) || (prompt.label_ids.empty() && prompt.label_tokens.empty());
}

bool has_long_label(const Prompt& prompt) {
  return std::ranges::any_of(prompt.label_tokens, [](const auto& tokens) { return tokens.size() > 1; });
}

/// If all labels of all prompts are one token each, they are label_ids; otherwise none are.
void settle_labels(const std::vector<Prompt*>& prompts) {
  const bool are_long = std::ranges::any_of(prompts, [](const Prompt* prompt) { return has_long_label(*prompt); });
  for (Prompt* each : prompts) {
    Prompt& prompt = *each;
    if (are_long && prompt.label_tokens.empty())
      for (TokenId id : prompt.label_ids) prompt.label_tokens.push_back({id});
    if (!are_long && prompt.label_ids.empty())
      for (const auto& tokens : prompt.label_tokens) prompt.label_ids.push_back(tokens.front());
    (are_long ? prompt.label_ids.clear() : prompt.label_tokens.clear());
  }
}

}  // namespace

void tokenize_prompts(PromptSet& set, const Tokenizer* tokenizer, std::int64_t n_ctx, std::int64_t d_vocab) {
  LabelFaults faults;
  const std::vector<Prompt*> prompts = prompts_of_all_sets(set);
  for (Prompt* each : prompts) {
    Prompt& prompt = *each;
    if (prompt.ids.empty() && prompt.text.empty())
      fail(prompt, "the prompt is empty", "a prompt needs at least one token");
    if (needs_tokenizer(prompt) && !tokenizer) {
      throw Error(ErrorCode::missing_input, fmt::format("{}: the model has no tokenizer for this text", prompt.place),
                  "add the model's tokenizer.json, or give 'ids' and 'option_ids'");
    }
    if (prompt.ids.empty()) prompt.ids = tokenizer->encode(prompt.text, encode_options(prompt, set.bos));
    if (prompt.ids.empty()) fail(prompt, "the prompt is empty", "a prompt needs at least one token");
    faults.encode(prompt, tokenizer, set.bos);
  }
  faults.refuse_any();
  settle_labels(prompts);
  for (const Prompt* prompt : prompts) check_prompt(*prompt, n_ctx, d_vocab);
}

}  // namespace partwise::internal
