// How labels are scored: the words for it, and what a score needs besides ids.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "decompose/options.h"
#include "tokenizer/tokenizer.h"

namespace partwise::internal {

/// "tree", "first", "sum", "mean", "bytes" or "pmi", as options and runs spell it.
std::string score_word(LabelScore score);
/// All of them.
std::vector<LabelScore> label_scores();
/// Errors: bad_data for any other word.
LabelScore parse_score(const std::string& word);

/// The prompts with what the score needs. `bytes`: the length of each label's text, without white space at its ends, if
/// it is not known.
/// `pmi`: the prompt that is empty but for BOS, or if the tokenizer has none, its end token: as lm-evaluation-harness
/// has it for acc_mutual_info. `tokenizer` may be null for other scores. Errors: missing_input.
std::vector<PromptIds> with_inputs_of(LabelScore score, std::span<const PromptIds> prompts, const Tokenizer* tokenizer);

}  // namespace partwise::internal
