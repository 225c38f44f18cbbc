// Softmax attention of one tile: exact two-pass softmax, no merging of partial results. Only for
// kernels_*.cc.
//
//   scores[j, lane] = sum_c k[j, c] packed[c, lane]     chain over ascending c
//   p[j, lane]      = exp(scores[j, lane] - max_j)
//   z[lane, c]      = sum_j p[j, lane] v[j, c] / sum_j p[j, lane]     chains over ascending j
//
// A lane's chains are the same whatever the tile, the blocks of lanes and keys it is computed in, and
// the cuts of its prompt into runs: blocks only decide which chains advance together. Where rows are
// left over, the last block moves back and computes some of them again, to the same bits.
#pragma once

#include "ops/cpu/kernels.h"
#include "ops/cpu/simd.h"

namespace partwise::cpu {
namespace {

using Index = std::int64_t;

// Accumulators that fit the registers: 24 of 32 with AVX-512, 12 of 16 before.
constexpr int kAccumulators = kWidth == 16 ? 24 : 12;
constexpr int kMaxScoreVectors = kWidth == 16 ? 6 : 2;
constexpr int kMaxValueVectors = kWidth == 16 ? 4 : 2;
constexpr int kLaneBlock = 6;
constexpr float kInfinity = __builtin_inff();

/// Calls body(first, block<R>) for blocks of R rows that cover [0, n), then single rows when n < R.
template <int R, class Body>
inline void for_blocks(Index n, const Body& body) {
  if (n < R) {
    for (Index i = 0; i < n; ++i) body.template operator()<1>(i);
    return;
  }
  for (Index i = 0; i < n; i += R) body.template operator()<R>(i + R <= n ? i : n - R);
}

/// packed[c, lane] = scale * q; lanes past the last query are zero.
void pack_queries(const AttentionTile& t) {
  for (Index i = 0; i < t.d_head * t.lanes; ++i) t.packed[i] = 0;
  for (Index i = 0; i < t.n_queries; ++i)
    for (Index g = 0; g < t.group; ++g) {
      const float* q = t.q + i * t.query_stride + g * t.d_head;
      for (Index c = 0; c < t.d_head; ++c) t.packed[c * t.lanes + i * t.group + g] = t.scale * q[c];
    }
}

/// Scores of R keys and V vectors of lanes.
template <int R, int V>
void score_block(const AttentionTile& t, const float* k, const float* packed, float* scores) {
  Vec sum[R][V] = {};
  for (Index c = 0; c < t.d_head; ++c) {
    Vec q[V];
    for (int v = 0; v < V; ++v) q[v] = load(packed + c * t.lanes + v * kWidth);
    for (int r = 0; r < R; ++r) {
      const Vec key = broadcast(k[r * t.key_stride + c]);
      for (int v = 0; v < V; ++v) sum[r][v] = multiply_add(key, q[v], sum[r][v]);
    }
  }
  for (int r = 0; r < R; ++r)
    for (int v = 0; v < V; ++v) store(scores + r * t.lanes + v * kWidth, sum[r][v]);
}

/// Scores of all keys against V vectors of lanes, the first of them `lane`.
template <int V>
void score_lanes(const AttentionTile& t, Index lane) {
  float* scores = t.scores + lane;
  for (const KeyRun* run = t.runs; run < t.runs + t.n_runs; ++run) {
    const float* k = t.k + run->first_row * t.key_stride;
    for_blocks<kAccumulators / V>(run->n_rows, [&]<int R>(Index j) {
      score_block<R, V>(t, k + j * t.key_stride, t.packed + lane, scores + j * t.lanes);
    });
    scores += run->n_rows * t.lanes;
  }
}

/// Covers the lanes from `lane` on with the widest blocks that fit.
template <int V>
void score_from(const AttentionTile& t, Index lane) {
  for (; lane + V * kWidth <= t.lanes; lane += V * kWidth) score_lanes<V>(t, lane);
  if constexpr (V > 1) score_from<V - 1>(t, lane);
}

/// A query does not see the rows of its own segment that come after it.
void mask_later_keys(const AttentionTile& t, float* own_scores) {
  for (Index i = 1; i < t.n_queries; ++i) {
    float* scores = own_scores + (t.first_query + i) * t.lanes;
    for (Index lane = 0; lane < i * t.group; ++lane) scores[lane] = -kInfinity;
  }
}

/// Maximum over keys of one vector of lanes; no rounding, so any order will do.
Vec max_score(const float* scores, Index n_keys, Index lanes) {
  Vec top[4];
  for (Vec& v : top) v = broadcast(-kInfinity);
  for (Index j = 0; j < n_keys; ++j) top[j % 4] = maximum(load(scores + j * lanes), top[j % 4]);
  return maximum(maximum(top[0], top[1]), maximum(top[2], top[3]));
}

void softmax_numerators(const AttentionTile& t, Index n_keys) {
  for (Index lane = 0; lane < t.lanes; lane += kWidth) {
    float* scores = t.scores + lane;
    const Vec top = max_score(scores, n_keys, t.lanes);
    Vec sum{};
    for (Index j = 0; j < n_keys; ++j) {
      const Vec p = exp_nonpositive(load(scores + j * t.lanes) - top);
      store(scores + j * t.lanes, p);
      sum += p;
    }
    store(t.sums + lane, sum);
  }
}

/// Advances the chains of R lanes and V vectors of columns by n keys: z [R, d_head] += p [n, R] v [n, V vectors].
template <int R, int V>
void value_block(const AttentionTile& t, const float* p, Index n, const float* v, float* z) {
  Vec sum[R][V];
  for (int r = 0; r < R; ++r)
    for (int c = 0; c < V; ++c) sum[r][c] = load(z + r * t.d_head + c * kWidth);
  for (Index j = 0; j < n; ++j) {
    Vec value[V];
    for (int c = 0; c < V; ++c) value[c] = load(v + j * t.value_stride + c * kWidth);
    for (int r = 0; r < R; ++r) {
      const Vec weight = broadcast(p[j * t.lanes + r]);
      for (int c = 0; c < V; ++c) sum[r][c] = multiply_add(weight, value[c], sum[r][c]);
    }
  }
  for (int r = 0; r < R; ++r)
    for (int c = 0; c < V; ++c) store(z + r * t.d_head + c * kWidth, sum[r][c]);
}

/// The same for the last `width` < kWidth columns.
template <int R>
void value_rest(const AttentionTile& t, const float* p, Index n, const float* v, Index width, float* z) {
  for (int r = 0; r < R; ++r) {
    Vec sum = load(z + r * t.d_head, width);
    for (Index j = 0; j < n; ++j)
      sum = multiply_add(broadcast(p[j * t.lanes + r]), load(v + j * t.value_stride, width), sum);
    store(z + r * t.d_head, sum, width);
  }
}

/// Covers the columns from `column` on with the widest blocks that fit.
template <int R, int V>
void value_from(const AttentionTile& t, const float* p, Index n, const float* v, Index column, float* z) {
  for (; column + V * kWidth <= t.d_head; column += V * kWidth) value_block<R, V>(t, p, n, v + column, z + column);
  if constexpr (V > 1)
    value_from<R, V / 2>(t, p, n, v, column, z);
  else if (column < t.d_head)
    value_rest<R>(t, p, n, v + column, t.d_head - column, z + column);
}

/// z of R lanes, the first of them `lane`.
template <int R>
void weigh_values(const AttentionTile& t, Index lane) {
  float* z = t.sums + t.lanes;  // [R, d_head]
  for (Index i = 0; i < R * t.d_head; ++i) z[i] = 0;
  const float* p = t.scores + lane;
  const KeyRun* own = t.runs + t.n_runs - 1;
  for (const KeyRun* run = t.runs; run < own; p += run->n_rows * t.lanes, ++run)
    value_from<R, kMaxValueVectors>(t, p, run->n_rows, t.v + run->first_row * t.value_stride, 0, z);

  const float* v = t.v + own->first_row * t.value_stride;
  const Index common = t.first_query + lane / t.group + 1;  // own keys that all R lanes see
  value_from<R, kMaxValueVectors>(t, p, common, v, 0, z);
  for (int r = 0; r < R; ++r) {
    const Index more = (lane + r) / t.group - lane / t.group;
    value_from<1, kMaxValueVectors>(t, p + common * t.lanes + r, more, v + common * t.value_stride, 0,
                                    z + r * t.d_head);
  }
  for (int r = 0; r < R; ++r) {
    const Index query = (lane + r) / t.group, head = (lane + r) % t.group;
    float* out = t.z + query * t.z_stride + head * t.d_head;
    for (Index c = 0; c < t.d_head; ++c) out[c] = z[r * t.d_head + c] / t.sums[lane + r];
  }
}

void attention(const AttentionTile& t) {
  Index n_keys = 0;
  for (Index i = 0; i < t.n_runs; ++i) n_keys += t.runs[i].n_rows;
  pack_queries(t);
  score_from<kMaxScoreVectors>(t, 0);
  mask_later_keys(t, t.scores + (n_keys - t.runs[t.n_runs - 1].n_rows) * t.lanes);
  softmax_numerators(t, n_keys);
  for_blocks<kLaneBlock>(t.n_queries * t.group, [&]<int R>(Index lane) { weigh_values<R>(t, lane); });
}

}  // namespace
}  // namespace partwise::cpu
