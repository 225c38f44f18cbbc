// The source that each token of a prompt belongs to.
#pragma once

#include <string>
#include <vector>

#include "prompts/prompts.h"

namespace partwise {

/// The names of all sources. "bos" is the first. Then come those of a task's prompts ("instruction", "demo0",
/// "demo0_label", ...), or those that the rows of a prompt file name. "input" is the last, and holds tokens that lie in
/// no other source. Errors: bad_data if rows name more than a thousand.
std::vector<std::string> source_names(const PromptSet& set);

/// Fills in Prompt::sources: indices into source_names. A token belongs to the source in which its first byte lies. If
/// it begins inside a character, the character's first byte counts. The BOS token is a source of its own. `tokenizer`
/// may be null for prompts given as ids. Errors: those of source_names; bad_data if the ids of a prompt do not spell
/// its text.
void assign_sources(PromptSet& set, const Tokenizer* tokenizer);

}  // namespace partwise
