// A prompt with its token ids, for a terminal.
#pragma once

#include <cstddef>
#include <string>

#include "prompts/prompts.h"

namespace partwise::internal {

/// Prompt `row` of the set: its text, then one line each for the row, the ids, the tokens (if `tokenizer` is not null)
/// and every label.
std::string prompt_text(const PromptSet& set, std::size_t row, const Tokenizer* tokenizer, bool colour);

}  // namespace partwise::internal
