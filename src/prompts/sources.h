// What each token of a prompt belongs to.
#pragma once

#include <string>
#include <vector>

#include "prompts/prompts.h"

namespace partwise {

/// "bos", then those of a task's prompts: "instruction", "demo0", "demo0_label", ..., "input"; or those that the rows
/// of a prompt file name, and "input" for what lies in none. Errors: bad_data where rows name more than a thousand.
std::vector<std::string> source_names(const PromptSet& set);

/// Fills Prompt::sources in: indices into source_names. A token belongs to where its first byte lies, one that begins
/// within a character to where that does; the BOS token is a source of its own. `tokenizer` may be null for prompts
/// given as ids. Errors: those of source_names; bad_data where the ids of a prompt do not spell its text.
void assign_sources(PromptSet& set, const Tokenizer* tokenizer);

}  // namespace partwise
