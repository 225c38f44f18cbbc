// A prompt and a tokenizer that knows its ids.
#pragma once

#include "prompts/prompts.h"

namespace partwise::internal::test {

/// "<N>" for every id but 7, which is a line break.
class NumberTokenizer : public Tokenizer {
 public:
  std::string description() const override { return "numbers"; }
  std::int64_t vocab_size() const override { return 100; }
  std::optional<TokenId> bos_id() const override { return std::nullopt; }
  std::optional<TokenId> eos_id() const override { return std::nullopt; }
  bool adds_bos() const override { return false; }
  std::vector<TokenId> encode(std::string_view, const EncodeOptions&) const override { return {}; }
  std::string decode(const std::vector<TokenId>&, bool) const override { return ""; }
  std::string token_text(TokenId id) const override { return id == 7 ? "\n" : "<" + std::to_string(id) + ">"; }
};

inline PromptSet one_prompt() {
  PromptSet set;
  Prompt& prompt = set.prompts.emplace_back();
  prompt.text = "Fine film:";
  prompt.options = {" good", " bad"};
  prompt.ids = {1, 7, 3};
  prompt.label_ids = {4, 5};
  prompt.label = 1;
  prompt.place = "rows.jsonl line 1";
  return set;
}

}  // namespace partwise::internal::test
