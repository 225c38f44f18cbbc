// Splits a head's part over the positions that it attends to.
#pragma once

#include "ops/backend.h"
#include "ops/cpu/kernels.h"

namespace partwise::internal::cpu {

/// The arguments of Backend::read_sources without keys and values.
struct SourceQueries {
  const AttentionShape& shape;
  std::span<const Segment> segments;
  std::span<const QueryRun> runs;
  ConstMatrix q, r;
  const LabelLists& labels;
  std::span<const std::span<const std::int32_t>> sources;
  std::int64_t n_sources;
  std::span<double> g;
};

/// `precision` is that to which attention rounds.
void read_sources(const Kernels& kernels, Precision precision, int n_threads, const SourceQueries& queries,
                  ConstMatrix k, ConstMatrix v);

}  // namespace partwise::internal::cpu
