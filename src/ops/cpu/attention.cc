#include "ops/cpu/attention.h"

#include <atomic>

#include "ops/cpu/buffer.h"
#include "ops/cpu/parallel.h"

namespace partwise::cpu {
namespace {

constexpr std::int64_t kTileLanes = 96;

/// Queries [first_query, first_query + n_queries) of q and what they see.
struct QueryTile {
  std::int64_t first_query, n_queries;
  std::vector<KeyRun> runs;  // all of them, root first
  KeyRun later;              // query i the first i rows of it
};

std::int64_t round_up(std::int64_t n, std::int64_t multiple) { return (n + multiple - 1) / multiple * multiple; }

/// The ancestors' rows and the first n_own rows of the segment, root first, without empty segments.
std::vector<KeyRun> visible_rows(std::span<const Segment> segments, std::int64_t segment, std::int64_t n_own) {
  std::vector<KeyRun> keys{{segments[segment].first_row, n_own}};
  for (std::int64_t s = segments[segment].parent; s >= 0; s = segments[s].parent)
    if (segments[s].n_rows > 0) keys.push_back({segments[s].first_row, segments[s].n_rows});
  std::reverse(keys.begin(), keys.end());
  return keys;
}

std::vector<QueryTile> cut_into_tiles(std::span<const Segment> segments, std::span<const QueryRun> runs,
                                      std::int64_t queries_per_tile) {
  std::vector<QueryTile> tiles;
  for (const QueryRun& run : runs)
    for (std::int64_t i = 0; i < run.n_rows; i += queries_per_tile) {
      const std::int64_t n = std::min(queries_per_tile, run.n_rows - i), n_own = run.first_in_segment + i + 1;
      tiles.push_back({run.first_query + i,
                       n,
                       visible_rows(segments, run.segment, n_own),
                       {segments[run.segment].first_row + n_own, n - 1}});
    }
  return tiles;
}

std::int64_t most_keys(std::span<const QueryTile> tiles) {
  std::int64_t most = 0;
  for (const QueryTile& tile : tiles) {
    std::int64_t n = tile.later.n_rows;
    for (const KeyRun& run : tile.runs) n += run.n_rows;
    most = std::max(most, n);
  }
  return most;
}

}  // namespace

void attention(const Kernels& kernels, int n_threads, const AttentionShape& shape, std::span<const Segment> segments,
               std::span<const QueryRun> runs, ConstMatrix q, ConstMatrix k, ConstMatrix v, Matrix z) {
  const std::int64_t group = shape.n_heads / shape.n_kv_heads, c = shape.d_head;
  const std::int64_t queries_per_tile = std::max<std::int64_t>(1, kTileLanes / group);
  const std::int64_t max_lanes = round_up(queries_per_tile * group, kLaneMultiple);
  const std::vector<QueryTile> tiles = cut_into_tiles(segments, runs, queries_per_tile);
  const std::int64_t max_keys = most_keys(tiles), n_tiles = std::ssize(tiles), n_tasks = n_tiles * shape.n_kv_heads;

  std::atomic<std::int64_t> next = 0;
  on_team(std::clamp<std::int64_t>(n_tasks, 1, n_threads), [&](std::int64_t, std::int64_t) {
    const Buffer packed = make_buffer(c * max_lanes), scores = make_buffer(max_keys * max_lanes),
                 totals = make_buffer(max_lanes), sums = make_buffer((max_lanes + 6) * c);
    for (std::int64_t i = next++; i < n_tasks; i = next++) {
      const QueryTile& tile = tiles[i % n_tiles];
      const std::int64_t kv_head = i / n_tiles, head = kv_head * group;
      kernels.attention({.q = q.row(tile.first_query) + head * c,
                         .z = z.row(tile.first_query) + head * c,
                         .k = k.data + kv_head * c,
                         .v = v.data + kv_head * c,
                         .query_stride = q.stride,
                         .z_stride = z.stride,
                         .key_stride = k.stride,
                         .value_stride = v.stride,
                         .n_queries = tile.n_queries,
                         .group = group,
                         .d_head = c,
                         .lanes = round_up(tile.n_queries * group, kLaneMultiple),
                         .runs = tile.runs.data(),
                         .n_runs = std::ssize(tile.runs),
                         .later = tile.later,
                         .scale = shape.scale,
                         .packed = packed.get(),
                         .scores = scores.get(),
                         .totals = totals.get(),
                         .sums = sums.get()});
    }
  });
}

}  // namespace partwise::cpu
