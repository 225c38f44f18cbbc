// Attention for kernels that multiply blocks of keys.
#pragma once

#include "ops/backend.h"
#include "ops/cpu/kernels.h"

namespace partwise::cpu {

/// Backend::attention. Keys and values that the runs see are packed once, a head at a time, and each tile of queries
/// reads them where they lie.
void attention_in_blocks(const BlockAttention& kernel, int n_threads, const AttentionShape& shape,
                         std::span<const Segment> segments, std::span<const QueryRun> runs, ConstMatrix q,
                         ConstMatrix k, ConstMatrix v, Matrix z);

}  // namespace partwise::cpu
