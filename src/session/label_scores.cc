#include "session/label_scores.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "data/lines.h"
#include "decompose/label_tree.h"

namespace partwise::internal {

namespace {

const Tokenizer& needed(const Tokenizer* tokenizer, LabelScore score) {
  if (tokenizer) return *tokenizer;
  throw Error(ErrorCode::missing_input, fmt::format("the score '{}' needs a tokenizer", score_word(score)),
              {"add the model's tokenizer.json, or choose another score", {{Setting::score, "sum"}}});
}

/// Special tokens that end a label are no text of it.
std::int64_t bytes_of(const std::vector<TokenId>& label, const Tokenizer& tokenizer) {
  return std::ssize(trim(tokenizer.decode(label, true)));
}

/// The lengths that are not known, and at least a byte for each label.
void complete_label_bytes(PromptIds& prompt, const Tokenizer* tokenizer) {
  if (prompt.label_bytes.empty())
    for (const auto& label : labels_of(prompt))
      prompt.label_bytes.push_back(bytes_of(label, needed(tokenizer, LabelScore::bytes)));
  for (std::int64_t& n : prompt.label_bytes) n = std::max<std::int64_t>(1, n);
}

/// The token that a text without anything before it follows.
TokenId first_token_of_texts(const Tokenizer& tokenizer) {
  if (tokenizer.bos_id()) return *tokenizer.bos_id();
  if (tokenizer.eos_id()) return *tokenizer.eos_id();
  throw Error(ErrorCode::missing_input, "the tokenizer has neither BOS nor an end token, which the score 'pmi' needs",
              {"choose another score", {{Setting::score, "sum"}}});
}

}  // namespace

std::vector<LabelScore> label_scores() {
  using enum LabelScore;
  return {tree, first, sum, mean, bytes, pmi};
}

std::string score_word(LabelScore score) {
  switch (score) {
    case LabelScore::tree:
      return "tree";
    case LabelScore::first:
      return "first";
    case LabelScore::sum:
      return "sum";
    case LabelScore::mean:
      return "mean";
    case LabelScore::bytes:
      return "bytes";
    case LabelScore::pmi:
      return "pmi";
  }
  return "";
}

LabelScore parse_score(const std::string& word) {
  for (LabelScore score : label_scores())
    if (word == score_word(score)) return score;
  throw Error(ErrorCode::bad_data, fmt::format("there is no score '{}'", word),
              "scores are tree, first, sum, mean, bytes and pmi");
}

std::vector<PromptIds> with_inputs_of(LabelScore score, std::span<const PromptIds> prompts,
                                      const Tokenizer* tokenizer) {
  std::vector<PromptIds> out(prompts.begin(), prompts.end());
  for (PromptIds& prompt : out) {
    if (score == LabelScore::pmi) prompt.reference = {first_token_of_texts(needed(tokenizer, score))};
    if (score == LabelScore::bytes) complete_label_bytes(prompt, tokenizer);
  }
  return out;
}

}  // namespace partwise::internal
