#pragma once

#include "ops/backend.h"
#include "ops/cpu/kernels.h"

namespace partwise::internal::cpu {

/// Backend::attention on tiles of queries. The threads take the tiles one by one.
void attention(const AttentionKernel& kernel, int n_threads, const AttentionShape& shape,
               std::span<const Segment> segments, std::span<const QueryRun> runs, ConstMatrix q, ConstMatrix k,
               ConstMatrix v, Matrix z);

}  // namespace partwise::internal::cpu
