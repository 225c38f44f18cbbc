// Traps that show in the prompts themselves and in their tokens.
#pragma once

#include <string>
#include <vector>

#include "prompts/prompts.h"
#include "prompts/warning.h"
#include "tokenizer/tokenizer.h"

namespace partwise {

/// All that is to be said of the prompts: what their rows told (PromptSet::warnings), then what texts, label words and
/// ids show. What needs ids is not seen before tokenize_prompts; `tokenizer` may be null.
std::vector<Warning> prompt_warnings(const PromptSet& set, const Tokenizer* tokenizer);
/// The warnings of what prompts themselves can show, without messages.
std::vector<Warning> prompt_trap_kinds();

}  // namespace partwise
