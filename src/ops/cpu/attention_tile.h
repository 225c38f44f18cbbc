// What the lanes of a tile are: lane i * group + g is query i, head g of the group that shares a key/value head. Only
// for attention kernels.
#pragma once

#include "ops/cpu/kernels.h"

namespace partwise::cpu {
namespace {

inline std::int64_t count_lanes(const AttentionTile& t) { return t.n_queries * t.group; }

inline std::int64_t count_keys(const KeyRun* runs, std::int64_t n_runs) {
  std::int64_t n = 0;
  for (std::int64_t i = 0; i < n_runs; ++i) n += runs[i].n_rows;
  return n;
}

/// [d_head]
inline const float* query_of(const AttentionTile& t, std::int64_t lane) {
  return t.q + lane / t.group * t.query_stride + lane % t.group * t.d_head;
}
inline float* output_of(const AttentionTile& t, std::int64_t lane) {
  return t.z + lane / t.group * t.z_stride + lane % t.group * t.d_head;
}

/// The first of the earlier keys that a lane's query sees, were there as many.
inline std::int64_t first_seen(const AttentionTile& t, std::int64_t lane) {
  const std::int64_t moved = lane / t.group - t.n_unmoved;
  return moved > 0 ? moved : 0;
}

}  // namespace
}  // namespace partwise::cpu
