// Attention for kernels that multiply blocks of keys.
#pragma once

#include "ops/backend.h"
#include "ops/cpu/kernels.h"

namespace partwise::internal::cpu {

/// Backend::attention. The keys and values that the runs see are packed once, head by head; all tiles of queries read
/// this copy.
void attention_in_blocks(const BlockAttention& kernel, int n_threads, const AttentionShape& shape,
                         std::span<const Segment> segments, std::span<const QueryRun> runs, ConstMatrix q,
                         ConstMatrix k, ConstMatrix v, Matrix z);

}  // namespace partwise::internal::cpu
