// The source that each token of a prompt belongs to.
#pragma once

#include <string>
#include <vector>

#include "prompts/prompts.h"

namespace partwise::internal {

/// The names of all sources. "bos" is the first. Then come those of a task's prompts ("instruction", "demo0",
/// "demo0_label", ...), or those that the rows of a prompt file name. "input" is the last, and holds tokens that lie in
/// no other source. If labels have several tokens, "label_so_far" follows, for a label's own tokens before the one that
/// is read. Errors: bad_data if rows name more than a thousand.
std::vector<std::string> source_names(const PromptSet& set);

/// What each token of each prompt belongs to: indices into source_names.  [n_prompts][n_tokens]
/// A token belongs to the source in which its first byte lies. A token that begins within a character belongs to the
/// source in which that character begins. The BOS token is a source of its own. `tokenizer` may be null for prompts
/// that are given as ids. Errors: those of source_names; bad_data if the ids of a prompt do not spell its text.
std::vector<std::vector<std::int32_t>> token_sources(const PromptSet& set, const Tokenizer* tokenizer);

}  // namespace partwise::internal
