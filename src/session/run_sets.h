// A run with fewer of its prompt sets.
#pragma once

#include <cstdint>

#include "decompose/contributions.h"

namespace partwise::internal {

/// How many prompt sets the run has.
std::int64_t n_sets(const Run& run);

/// The run with its first `n` prompt sets: set 1 alone, or sets 0 to n - 1. Readers that are fitted on it answer at the
/// cost of these. Errors: usage if the run has fewer.
Run with_sets(Run run, std::int64_t n);

}  // namespace partwise::internal
