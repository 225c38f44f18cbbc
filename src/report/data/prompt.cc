#include "report/data/prompt.h"

#include "base/json.h"

namespace partwise::internal {

OrderedJson prompt_json(const PromptSet& set, std::size_t row, const Tokenizer* tokenizer,
                        const std::vector<Warning>& warnings) {
  const Prompt& prompt = set.prompts[row];
  OrderedJson tokens = OrderedJson::array(), label;
  for (TokenId id : prompt.ids)
    if (tokenizer) tokens.push_back(tokenizer->token_text(id));
  if (prompt.label >= 0) label = prompt.label;
  return {{"row", row},
          {"place", prompt.place},
          {"prompt", prompt.text},
          {"ids", prompt.ids},
          {"tokens", tokens},
          {"options", prompt.options},
          {"option_ids", prompt.label_tokens.empty() ? Json(prompt.label_ids) : Json(prompt.label_tokens)},
          {"label", label},
          {"warnings", warnings_json(warnings)}};
}

}  // namespace partwise::internal
