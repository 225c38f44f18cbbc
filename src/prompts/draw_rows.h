// Which labelled rows are drawn, and which of them are demonstrations.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "prompts/prompts.h"

namespace partwise::internal {

/// Indices into the training rows.
struct DrawnRows {
  std::vector<std::size_t> demonstrations, pool;
  std::vector<std::vector<std::size_t>> blocks;  // the demonstrations of sets 2, 3, ...: the pool begins with them
};

/// Errors: usage if the labelled rows do not suffice for so many prompt sets.
void check_sets(const PromptOptions& options, std::int64_t shots);

/// Draws options.labelled rows of those that have `labels` (build_prompts). Errors: bad_data for a label that no row
/// has, or none of a pool.
DrawnRows draw_rows(const Task& task, const std::vector<std::int32_t>& labels, std::int64_t shots,
                    const PromptOptions& options);

}  // namespace partwise::internal
