// Prompt sets: the same rows after several kinds of demonstrations. Set 1 shows the first labelled rows, as the prompts
// of one set do; set 0 shows none; set 2 shows the next labelled rows, as many, and so on.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "prompts/prompts.h"

namespace partwise::internal {

std::int64_t n_sets(const PromptSet& set);

/// The prompts of all sets: those of set 1, of set 0, of set 2, ...  [n_sets * n_prompts]
std::vector<Prompt*> prompts_of_all_sets(PromptSet& set);
std::vector<const Prompt*> prompts_of_all_sets(const PromptSet& set);

/// The prompts of one row, in the same order.  [n_sets]
std::vector<Prompt*> prompts_of_row(PromptSet& set, std::size_t row);

/// The row's prompt that needs most tokens; the first of them, if several do.
const Prompt& longest_prompt(const PromptSet& set, std::size_t row);

/// The same set with only these rows, in this order.
PromptSet with_rows(PromptSet set, const std::vector<std::size_t>& rows);

/// The labels of the rows that readers are fitted on in prompt set `number`: labelled rows that it does not show.
std::vector<std::int32_t> pool_labels(const PromptSet& set, std::int32_t number);

/// The recipes of all sets, in the order above; none if no recipe made the prompts. Errors: bad_data.
std::vector<PromptRecipe> recipes_of_sets(const RunInfo& info);

}  // namespace partwise::internal
