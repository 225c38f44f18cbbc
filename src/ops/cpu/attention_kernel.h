// Softmax attention of one tile: exact two-pass softmax, no merging of partial results. Only for kernels_*.cc.
//
//   scores[j, lane] = sum_c k[j, c] packed[c, lane]     chain over ascending c
//   scores[j, lane] = cap tanh(scores[j, lane] / cap)   if there is a cap
//   p[j, lane]      = exp(scores[j, lane] - max_i scores[i, lane])
//   totals[lane]    = sum_j p[j, lane]                   chain over ascending j, then the sink's exponential
//   sums[lane, c]   = sum_j p[j, lane] v[j, c]           chain over ascending j
//   z[lane, c]      = sums[lane, c] / totals[lane]
//
// A lane's chains do not depend on the tile, on the blocks of lanes and keys, or on how its prompt is cut into
// segments: blocks only decide which chains advance together. If rows are left over, the last block moves back and
// computes some of them again, with the same bits.
#pragma once

#include "ops/cpu/blocks.h"
#include "ops/cpu/kernels.h"
#include "ops/cpu/soft_cap.h"

namespace partwise::internal::cpu {
namespace {

// As many accumulators as fit into the registers: 24 of 32 with AVX-512, 12 of 16 without.
constexpr int kAccumulators = kWidth == 16 ? 24 : 12;
constexpr int kMaxScoreVectors = kWidth == 16 ? 6 : 2;
constexpr int kMaxValueVectors = kWidth == 16 ? 4 : 2;
constexpr Index kKeyChunk = 128;  // keys whose values stay in the first-level cache for all lanes
constexpr float kInfinity = __builtin_inff();

// Lane i * group + g of a tile is query i, head g of the group that shares a key/value head.

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

/// Index of the first earlier key that the lane's query sees; it may be past the last one.
inline std::int64_t first_seen(const AttentionTile& t, std::int64_t lane) {
  const std::int64_t moved = lane / t.group - t.n_unmoved;
  return moved > 0 ? moved : 0;
}

constexpr Index kLaneMultiple = 16;
constexpr Index kLaneBlock = 6;  // lanes whose values are summed together

/// A tile with its scratch arrays.
struct Tile : AttentionTile {
  Index lanes;    // n_queries * group rounded up to kLaneMultiple
  float* packed;  // [d_head, lanes]
  float* scores;  // [keys, lanes]
  float* totals;  // [lanes]
  float* sums;    // [lanes + kLaneBlock, d_head]
};

Index round_up_lanes(Index lanes) { return (lanes + kLaneMultiple - 1) / kLaneMultiple * kLaneMultiple; }

Index scratch_bytes(Index n_lanes, Index keys, Index d_head) {
  const Index lanes = round_up_lanes(n_lanes);
  return (lanes * d_head + lanes * keys + lanes + (lanes + kLaneBlock) * d_head) * static_cast<Index>(sizeof(float));
}

Tile place_in_scratch(const AttentionTile& t, Index n_keys) {
  const Index lanes = round_up_lanes(count_lanes(t));
  auto* packed = reinterpret_cast<float*>(t.scratch);
  float* scores = packed + lanes * t.d_head;
  float* totals = scores + lanes * n_keys;
  return {{t}, lanes, packed, scores, totals, totals + lanes};
}

/// packed[c, lane] = scale * q; lanes past the last query repeat it.
void pack_queries(const Tile& t) {
  const Index last = count_lanes(t) - 1;
  for (Index lane = 0; lane < t.lanes; lane += 4) {
    const float* q[4];
    for (int i = 0; i < 4; ++i) q[i] = query_of(t, lane + i < last ? lane + i : last);
    transpose_rows(q, t.d_head, t.scale, t.packed + lane, t.lanes);
  }
}

/// Scores of R keys and V vectors of lanes.
template <int R, int V>
void score_block(const Tile& t, const float* k, const float* packed, float* scores) {
  Vec sums[R][V];
  clear(sums);
  advance_chains(k, t.key_stride, 1, packed, t.lanes, t.d_head, sums);
  for (int r = 0; r < R; ++r)
    for (int v = 0; v < V; ++v) store(scores + r * t.lanes + v * kWidth, sums[r][v]);
}

/// Scores of a run of keys against V vectors of lanes.
template <int V>
void score_run(const Tile& t, KeyRun run, const float* packed, float* scores) {
  const float* k = t.k + run.first_row * t.key_stride;
  for_blocks<kAccumulators / V>(
      run.n_rows, [&]<int R>(Index j) { score_block<R, V>(t, k + j * t.key_stride, packed, scores + j * t.lanes); });
}

/// Scores of all keys against V vectors of lanes, the first of them `lane`.
template <int V>
void score_lanes(const Tile& t, Index lane) {
  float* scores = t.scores + lane;
  for (const KeyRun* run = t.earlier; run < t.earlier + t.n_earlier; ++run) {
    score_run<V>(t, *run, t.packed + lane, scores);
    scores += run->n_rows * t.lanes;
  }
  for (const KeyRun* run = t.runs; run < t.runs + t.n_runs; ++run) {
    score_run<V>(t, *run, t.packed + lane, scores);
    scores += run->n_rows * t.lanes;
  }
  score_run<V>(t, t.later, t.packed + lane, scores);
}

/// Covers the lanes from `lane` on with the widest blocks that fit.
template <int V>
void score_from(const Tile& t, Index lane) {
  for (; lane + V * kWidth <= t.lanes; lane += V * kWidth) score_lanes<V>(t, lane);
  if constexpr (V > 1) score_from<V - 1>(t, lane);
}

void cap_scores(const Tile& t, Index n_keys) {
  const SoftCap cap(t.cap);
  for (Index i = 0; i < n_keys * t.lanes; i += kWidth) store(t.scores + i, cap(load(t.scores + i)));
}

/// Masks the keys that a lane's window has left behind. Lanes past the last query repeat it; nobody reads them.
void mask_earlier_keys(const Tile& t, Index n_keys) {
  for (Index lane = 0; lane < count_lanes(t); ++lane)
    for (Index j = 0; j < first_seen(t, lane) && j < n_keys; ++j) t.scores[j * t.lanes + lane] = -kInfinity;
}

/// Masks the later rows: query i does not see row i of them, nor those after it.
void mask_later_keys(const Tile& t, float* scores) {
  for (Index i = 0; i < t.later.n_rows; ++i)
    for (Index lane = 0; lane < (i + 1) * t.group; ++lane) scores[i * t.lanes + lane] = -kInfinity;
}

/// Maximum over keys of one vector of lanes; no rounding, so any order will do.
Vec max_score(const float* scores, Index n_keys, Index lanes) {
  Vec top[4];
  for (Vec& v : top) v = broadcast(-kInfinity);
  for (Index j = 0; j < n_keys; ++j) top[j % 4] = maximum(load(scores + j * lanes), top[j % 4]);
  return maximum(maximum(top[0], top[1]), maximum(top[2], top[3]));
}

/// Adds what the sinks of these lanes' heads take of the softmax. If a sink is so far above all scores that its
/// exponential is infinite, z is 0.
void add_sinks(const Tile& t, Index lane, Vec top) {
  float tops[kWidth];
  store(tops, top);
  for (Index i = 0; i < kWidth; ++i) t.totals[lane + i] += __builtin_expf(t.sinks[(lane + i) % t.group] - tops[i]);
}

void softmax_numerators(const Tile& t, Index n_keys) {
  for (Index lane = 0; lane < t.lanes; lane += kWidth) {
    float* scores = t.scores + lane;
    const Vec top = max_score(scores, n_keys, t.lanes);
    Vec total{};
    for (Index j = 0; j < n_keys; ++j) {
      const Vec p = exp_nonpositive(load(scores + j * t.lanes) - top);
      store(scores + j * t.lanes, p);
      total += p;
    }
    store(t.totals + lane, total);
    if (t.sinks) add_sinks(t, lane, top);
  }
}

/// Advances the chains of R lanes and V vectors of columns by n keys: sums [R, d_head] += p [n, R] v [n, V vectors].
template <int R, int V>
void value_block(const Tile& t, const float* p, Index n, const float* v, float* sums) {
  Vec block[R][V];
  for (int r = 0; r < R; ++r)
    for (int c = 0; c < V; ++c) block[r][c] = load(sums + r * t.d_head + c * kWidth);
  advance_chains(p, 1, t.lanes, v, t.value_stride, n, block);
  for (int r = 0; r < R; ++r)
    for (int c = 0; c < V; ++c) store(sums + r * t.d_head + c * kWidth, block[r][c]);
}

/// The same for the last `width` < kWidth columns.
template <int R>
void value_rest(const Tile& t, const float* p, Index n, const float* v, Index width, float* sums) {
  for (int r = 0; r < R; ++r) {
    Vec sum = load(sums + r * t.d_head, width);
    for (Index j = 0; j < n; ++j)
      sum = multiply_add(broadcast(p[j * t.lanes + r]), load(v + j * t.value_stride, width), sum);
    store(sums + r * t.d_head, sum, width);
  }
}

/// Covers the columns from `column` on with the widest blocks that fit.
template <int R, int V = kMaxValueVectors>
void value_columns(const Tile& t, const float* p, Index n, const float* v, float* sums, Index column = 0) {
  for (; column + V * kWidth <= t.d_head; column += V * kWidth) value_block<R, V>(t, p, n, v + column, sums + column);
  if constexpr (V > 1)
    value_columns<R, V / 2>(t, p, n, v, sums, column);
  else if (column < t.d_head)
    value_rest<R>(t, p, n, v + column, t.d_head - column, sums + column);
}

/// Calls body<R>(lane, sums) for blocks of R lanes that cover all, each with its own place for sums [R, d_head].
template <class Body>
inline void for_lane_blocks(const Tile& t, const Body& body) {
  for_blocks<kLaneBlock>(count_lanes(t), [&]<int R>(Index lane) {
    body.template operator()<R>(lane, t.sums + (lane + R - 1) / R * R * t.d_head);
  });
}

/// Adds the values of the earlier keys, for each lane only those that its query sees. `before` keys come before this
/// run.
void weigh_earlier(const Tile& t, KeyRun run, Index before, const float* p) {
  for_lane_blocks(t, [&]<int R>(Index lane, float* sums) {
    for (int r = 0; r < R; ++r) {
      const Index seen = first_seen(t, lane + r) - before, skipped = seen > 0 ? seen : 0;
      if (skipped >= run.n_rows) continue;
      value_columns<1>(t, p + skipped * t.lanes + lane + r, run.n_rows - skipped,
                       t.v + (run.first_row + skipped) * t.value_stride, sums + r * t.d_head);
    }
  });
}

/// Adds the values of keys that every query sees, in chunks that stay in the cache for all lanes.
void weigh_run(const Tile& t, KeyRun run, const float* p) {
  for (Index j = 0; j < run.n_rows; j += kKeyChunk) {
    const Index n = run.n_rows - j < kKeyChunk ? run.n_rows - j : kKeyChunk;
    const float* v = t.v + (run.first_row + j) * t.value_stride;
    for_lane_blocks(t,
                    [&]<int R>(Index lane, float* sums) { value_columns<R>(t, p + j * t.lanes + lane, n, v, sums); });
  }
}

/// Adds the values of the later rows: first those that the first query of a block of lanes sees, then the rest for each
/// lane.
void weigh_later(const Tile& t, const float* p) {
  const float* v = t.v + t.later.first_row * t.value_stride;
  for_lane_blocks(t, [&]<int R>(Index lane, float* sums) {
    const Index common = lane / t.group;
    value_columns<R>(t, p + lane, common, v, sums);
    for (int r = 0; r < R; ++r)
      value_columns<1>(t, p + common * t.lanes + lane + r, (lane + r) / t.group - common, v + common * t.value_stride,
                       sums + r * t.d_head);
  });
}

void write_quotients(const Tile& t) {
  for_lane_blocks(t, [&]<int R>(Index lane, const float* sums) {
    for (int r = 0; r < R; ++r) {
      float* z = output_of(t, lane + r);
      for (Index c = 0; c < t.d_head; ++c) z[c] = sums[r * t.d_head + c] / t.totals[lane + r];
    }
  });
}

void attend(const AttentionTile& tile) {
  const Index n_earlier = count_keys(tile.earlier, tile.n_earlier);
  const Index n_before = n_earlier + count_keys(tile.runs, tile.n_runs);
  const Tile t = place_in_scratch(tile, n_before + tile.later.n_rows);
  pack_queries(t);
  score_from<kMaxScoreVectors>(t, 0);
  if (t.cap > 0) cap_scores(t, n_before + t.later.n_rows);
  float* later = t.scores + n_before * t.lanes;
  mask_earlier_keys(t, n_earlier);
  mask_later_keys(t, later);
  softmax_numerators(t, n_before + t.later.n_rows);

  for (Index i = 0; i < (count_lanes(t) + kLaneBlock) * t.d_head; ++i) t.sums[i] = 0;
  const float* p = t.scores;
  Index before = 0;
  for (const KeyRun* run = t.earlier; run < t.earlier + t.n_earlier; before += run->n_rows, ++run)
    weigh_earlier(t, *run, before, p + before * t.lanes);
  p += n_earlier * t.lanes;
  for (const KeyRun* run = t.runs; run < t.runs + t.n_runs; p += run->n_rows * t.lanes, ++run) weigh_run(t, *run, p);
  weigh_later(t, later);
  write_quotients(t);
}

constexpr AttentionKernel kAttention = {96, scratch_bytes, attend};

}  // namespace
}  // namespace partwise::internal::cpu
