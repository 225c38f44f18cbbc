// A prompt with its token ids, as JSON.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "base/json_fwd.h"
#include "prompts/prompts.h"
#include "prompts/warning.h"

namespace partwise::internal {

/// Prompt `row` of the set: {"row", "place", "prompt", "ids", "tokens", "options", "option_ids", "label", "warnings"}.
/// "tokens" is empty if `tokenizer` is null.
OrderedJson prompt_json(const PromptSet& set, std::size_t row, const Tokenizer* tokenizer,
                        const std::vector<Warning>& warnings);

}  // namespace partwise::internal
