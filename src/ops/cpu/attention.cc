#include "ops/cpu/attention.h"

#include "base/buffer.h"
#include "base/team.h"

namespace partwise::internal::cpu {
namespace {

/// Queries [first_query, first_query + n_queries) of q, and the keys that they see.
struct QueryTile {
  std::int64_t first_query, n_queries;
  std::vector<KeyRun> earlier;  // before `runs`: keys that the window leaves behind from query to query
  std::int64_t n_unmoved;       // query i sees all of them except the first max(0, i - n_unmoved)
  std::vector<KeyRun> runs;     // seen by all queries, root first
  KeyRun later;                 // query i sees the first i rows of it
};

/// The ancestors' rows and the first n_own rows of the segment, root first, without empty segments.
std::vector<KeyRun> visible_rows(std::span<const Segment> segments, std::int64_t segment, std::int64_t n_own) {
  std::vector<KeyRun> keys{{segments[segment].first_row, n_own}};
  for (std::int64_t s = segments[segment].parent; s >= 0; s = segments[s].parent)
    if (segments[s].n_rows > 0) keys.push_back({segments[s].first_row, segments[s].n_rows});
  std::reverse(keys.begin(), keys.end());
  return keys;
}

/// Removes the first n keys from `runs` and returns them.
std::vector<KeyRun> take_front(std::vector<KeyRun>& runs, std::int64_t n) {
  std::vector<KeyRun> front;
  auto run = runs.begin();
  for (; n > 0 && run->n_rows <= n; n -= run->n_rows, ++run) front.push_back(*run);
  if (n > 0) {
    front.push_back({run->first_row, n});
    *run = {run->first_row + n, run->n_rows - n};
  }
  runs.erase(runs.begin(), run);
  return front;
}

/// Queries [i, i + n) of a run. n is at most the window, so there are keys that all of them see.
QueryTile make_tile(std::span<const Segment> segments, const QueryRun& run, std::int64_t i, std::int64_t n,
                    std::int64_t window) {
  const Segment& own = segments[run.segment];
  const std::int64_t n_own = run.first_in_segment + i + 1, first_position = own.position + n_own - 1;
  QueryTile tile{run.first_query + i,           n, {}, 0, visible_rows(segments, run.segment, n_own),
                 {own.first_row + n_own, n - 1}};
  if (window == 0) return tile;
  // Query j of the tile sees positions [max(0, first_position + j + 1 - window), first_position + j].
  const std::int64_t first_seen = std::max<std::int64_t>(0, first_position + 1 - window);
  const std::int64_t first_common = std::max<std::int64_t>(0, first_position + n - window);
  take_front(tile.runs, first_seen);
  tile.earlier = take_front(tile.runs, first_common - first_seen);
  tile.n_unmoved = std::max<std::int64_t>(0, window - 1 - first_position);
  return tile;
}

std::vector<QueryTile> cut_into_tiles(std::span<const Segment> segments, std::span<const QueryRun> runs,
                                      std::int64_t queries_per_tile, std::int64_t window) {
  std::vector<QueryTile> tiles;
  for (const QueryRun& run : runs)
    for (std::int64_t i = 0; i < run.n_rows; i += queries_per_tile)
      tiles.push_back(make_tile(segments, run, i, std::min(queries_per_tile, run.n_rows - i), window));
  return tiles;
}

std::int64_t count_rows(std::span<const KeyRun> runs) {
  std::int64_t n = 0;
  for (const KeyRun& run : runs) n += run.n_rows;
  return n;
}

std::int64_t most_keys(std::span<const QueryTile> tiles) {
  std::int64_t most = 0;
  for (const QueryTile& tile : tiles)
    most = std::max(most, count_rows(tile.earlier) + count_rows(tile.runs) + tile.later.n_rows);
  return most;
}

struct Operands {
  const AttentionShape& shape;
  ConstMatrix q, k, v;
  Matrix z;
};

AttentionTile describe(const Operands& in, const QueryTile& tile, std::int64_t kv_head, std::byte* scratch) {
  const std::int64_t group = in.shape.n_heads / in.shape.n_kv_heads, c = in.shape.d_head;
  return {.q = in.q.row(tile.first_query) + kv_head * group * c,
          .z = in.z.row(tile.first_query) + kv_head * group * c,
          .k = in.k.data + kv_head * c,
          .v = in.v.data + kv_head * c,
          .query_stride = in.q.stride,
          .z_stride = in.z.stride,
          .key_stride = in.k.stride,
          .value_stride = in.v.stride,
          .n_queries = tile.n_queries,
          .group = group,
          .d_head = c,
          .runs = tile.runs.data(),
          .n_runs = std::ssize(tile.runs),
          .later = tile.later,
          .earlier = tile.earlier.data(),
          .n_earlier = std::ssize(tile.earlier),
          .n_unmoved = tile.n_unmoved,
          .scale = in.shape.scale,
          .cap = in.shape.cap,
          .sinks = in.shape.sinks.empty() ? nullptr : in.shape.sinks.data() + kv_head * group,
          .scratch = scratch};
}

}  // namespace

void attention(const AttentionKernel& kernel, int n_threads, const AttentionShape& shape,
               std::span<const Segment> segments, std::span<const QueryRun> runs, ConstMatrix q, ConstMatrix k,
               ConstMatrix v, Matrix z) {
  const std::int64_t group = shape.n_heads / shape.n_kv_heads;
  std::int64_t queries_per_tile = std::max<std::int64_t>(1, kernel.tile_lanes / group);
  if (shape.window > 0) queries_per_tile = std::min(queries_per_tile, shape.window);
  const std::vector<QueryTile> tiles = cut_into_tiles(segments, runs, queries_per_tile, shape.window);
  const std::int64_t n_tiles = std::ssize(tiles), n_tasks = n_tiles * shape.n_kv_heads;
  const Operands operands{shape, q, k, v, z};

  const std::int64_t n_bytes = kernel.scratch_bytes(queries_per_tile * group, most_keys(tiles), shape.d_head);
  std::vector<Buffer<std::byte>> scratch;  // of each thread
  for (std::int64_t i = 0; i < team_size(n_threads); ++i) scratch.push_back(make_buffer<std::byte>(n_bytes));
  share_out(n_threads, n_tasks,
            [&](std::int64_t i, int thread) {  // the tiles of one head follow each other, so its keys stay in the cache
              kernel.run(describe(operands, tiles[i % n_tiles], i / n_tiles, scratch[thread].get()));
            });
}

}  // namespace partwise::internal::cpu
