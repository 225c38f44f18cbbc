// A prompt with its ids, as JSON.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "base/json_fwd.h"
#include "prompts/prompts.h"
#include "prompts/warning.h"

namespace partwise {

/// {"row", "place", "prompt", "ids", "tokens", "options", "option_ids", "label", "warnings"} of prompt `row` of the
/// set. "tokens" is empty without a tokenizer.
OrderedJson prompt_json(const PromptSet& set, std::size_t row, const Tokenizer* tokenizer,
                        const std::vector<Warning>& warnings);

}  // namespace partwise
