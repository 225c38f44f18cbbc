// Which prompts are for what.
#pragma once

#include <cstddef>
#include <string_view>

#include "prompts/prompts.h"

namespace partwise::internal {

/// Whether prompt `i` has this split; false if the set has no splits.
bool is_split(const PromptSet& set, std::size_t i, Split split);
/// Whether prompt `i` is to be judged on. If the set has no splits, every prompt is.
bool is_test(const PromptSet& set, std::size_t i);
/// Whether there is a prompt to be judged on whose label is known.
bool has_test_label(const PromptSet& set);
/// Whether there is a prompt to fit readers on whose label is known.
bool has_rows_to_fit_on(const PromptSet& set);
/// Errors: bad_data if there is none; `purpose` says what labels are needed for: "to see an effect on".
void check_test_labels(const PromptSet& set, std::string_view purpose);

}  // namespace partwise::internal
