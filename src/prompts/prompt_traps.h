// Traps that can be seen in the prompts and in their tokens.
#pragma once

#include <string>
#include <vector>

#include "prompts/prompts.h"
#include "prompts/warning.h"
#include "tokenizer/tokenizer.h"

namespace partwise::internal {

/// All warnings about the prompts: first those about their rows (PromptSet::warnings), then those about texts, label
/// words and ids. Warnings that need ids are not found before tokenize_prompts. `tokenizer` may be null.
std::vector<Warning> prompt_warnings(const PromptSet& set, const Tokenizer* tokenizer);
/// Every warning that the prompts themselves can cause, without its message.
std::vector<Warning> prompt_trap_kinds();

}  // namespace partwise::internal
