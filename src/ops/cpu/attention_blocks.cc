#include "ops/cpu/attention_blocks.h"

#include <algorithm>
#include <limits>
#include <vector>

#include "base/buffer.h"
#include "base/round.h"
#include "base/team.h"

namespace partwise::internal::cpu {
namespace {

struct Operands {
  const AttentionShape& shape;
  std::span<const Segment> segments;
  std::span<const QueryRun> runs;
  ConstMatrix q, k, v;
  Matrix z;
};

/// Positions [32 * block, 32 * (block + 1)) of every prompt through a segment: rows of the segment, and before them
/// rows of its ancestors.
struct Block {
  std::int64_t segment, block;
  std::int64_t end;  // the first position that no query sees
};

/// Queries [first_query, first_query + n_queries), and the blocks that they see. The first query is at `position`.
struct QueryTile {
  std::int64_t first_query, n_queries, position, first_block;
  std::vector<std::int64_t> blocks;
};

/// The blocks that the runs see, and the tiles that see them. A block in which a segment begins belongs to the segment,
/// so a block's content does not depend on where a prompt is cut.
class Plan {
 public:
  Plan(const Operands& in, std::int64_t queries_per_tile) : in_(in), owned_(in.segments.size()) {
    add_blocks();
    for (const QueryRun& run : in.runs)
      for (std::int64_t i = 0; i < run.n_rows; i += queries_per_tile)
        tiles.push_back(make_tile(run, i, std::min(queries_per_tile, run.n_rows - i)));
  }

  std::vector<Block> blocks;
  std::vector<QueryTile> tiles;

 private:
  /// Blocks [first, end) of a segment; they are blocks[index] and those after it.
  struct Owned {
    std::int64_t first = 0, end = 0, index = 0;
  };

  void add_blocks() {
    std::vector<std::int64_t> n_seen(in_.segments.size());  // rows of each segment
    std::int64_t first_position = std::numeric_limits<std::int64_t>::max();
    for (const QueryRun& run : in_.runs) {
      if (run.n_rows == 0) continue;
      n_seen[run.segment] = std::max(n_seen[run.segment], run.first_in_segment + run.n_rows);
      for (std::int64_t s = in_.segments[run.segment].parent; s >= 0; s = in_.segments[s].parent)
        n_seen[s] = in_.segments[s].n_rows;
      first_position = std::min(first_position, first_seen(position_of(run, 0)));
    }
    for (std::int64_t s = 0; s < std::ssize(in_.segments); ++s)
      if (n_seen[s] > 0) add_blocks(s, in_.segments[s].position + n_seen[s], first_position / kKeysInBlock);
  }

  void add_blocks(std::int64_t segment, std::int64_t end, std::int64_t first_block) {
    const std::int64_t first = std::max(in_.segments[segment].position / kKeysInBlock, first_block);
    const std::int64_t end_block = divide_up<std::int64_t>(end, kKeysInBlock);
    owned_[segment] = {first, end_block, std::ssize(blocks)};
    for (std::int64_t b = first; b < end_block; ++b) blocks.push_back({segment, b, end});
  }

  std::int64_t position_of(const QueryRun& run, std::int64_t i) const {
    return in_.segments[run.segment].position + run.first_in_segment + i;
  }

  std::int64_t first_seen(std::int64_t position) const {
    return in_.shape.window > 0 ? std::max<std::int64_t>(0, position + 1 - in_.shape.window) : 0;
  }

  QueryTile make_tile(const QueryRun& run, std::int64_t i, std::int64_t n) const {
    const std::int64_t position = position_of(run, i), first = first_seen(position) / kKeysInBlock;
    std::int64_t end = (position + n - 1) / kKeysInBlock + 1;
    QueryTile tile{run.first_query + i, n, position, first, std::vector<std::int64_t>(end - first)};
    for (std::int64_t s = run.segment; s >= 0; s = in_.segments[s].parent)
      for (const Owned& own = owned_[s]; end > std::max(own.first, first) && own.end > own.first;) {
        --end;
        tile.blocks[end - first] = own.index + end - own.first;
      }
    return tile;
  }

  const Operands& in_;
  std::vector<Owned> owned_;
};

/// Packs a head's keys and values of a block. Returns whether the values are all finite.
bool pack(const BlockAttention& kernel, const Operands& in, const Block& block, std::int64_t head, std::byte* to) {
  const float *keys[kKeysInBlock] = {}, *values[kKeysInBlock] = {};
  std::int64_t segment = block.segment;
  const std::int64_t column = head * in.shape.d_head;
  for (std::int64_t j = kKeysInBlock - 1; j >= 0; --j) {
    const std::int64_t position = block.block * kKeysInBlock + j;
    if (position >= block.end) continue;
    while (position < in.segments[segment].position) segment = in.segments[segment].parent;
    const std::int64_t row = in.segments[segment].first_row + position - in.segments[segment].position;
    keys[j] = in.k.row(row) + column;
    values[j] = in.v.row(row) + column;
  }
  return kernel.pack_block(keys, values, in.shape.d_head, to);
}

/// Holds the blocks of one key/value head at a time.
class Packed {
 public:
  Packed(const BlockAttention& kernel, const Operands& in, const Plan& plan)
      : kernel_(kernel),
        in_(in),
        plan_(plan),
        bytes_(kernel.block_bytes(in.shape.d_head)),
        values_(make_buffer<std::byte>(std::ssize(plan.blocks) * bytes_)),
        is_finite_(plan.blocks.size()) {}

  void pack(std::int64_t head, int n_threads) {
    head_ = head;
    split(n_threads, std::ssize(plan_.blocks), [&](std::int64_t first, std::int64_t last) {
      for (std::int64_t i = first; i < last; ++i)
        is_finite_[i] = cpu::pack(kernel_, in_, plan_.blocks[i], head, values_.get() + i * bytes_);
    });
  }

  void attend(const QueryTile& tile, std::byte* scratch) const {
    const std::int64_t group = in_.shape.n_heads / in_.shape.n_kv_heads, column = head_ * group * in_.shape.d_head;
    std::vector<const std::byte*> blocks;
    for (const std::int64_t b : tile.blocks) blocks.push_back(values_.get() + b * bytes_);
    kernel_.run({.q = in_.q.row(tile.first_query) + column,
                 .z = in_.z.row(tile.first_query) + column,
                 .query_stride = in_.q.stride,
                 .z_stride = in_.z.stride,
                 .n_queries = tile.n_queries,
                 .group = group,
                 .d_head = in_.shape.d_head,
                 .position = tile.position,
                 .window = in_.shape.window,
                 .first_block = tile.first_block,
                 .blocks = blocks.data(),
                 .all_finite = std::ranges::all_of(tile.blocks, [&](std::int64_t b) { return is_finite_[b] != 0; }),
                 .scale = in_.shape.scale,
                 .cap = in_.shape.cap,
                 .sinks = in_.shape.sinks.empty() ? nullptr : in_.shape.sinks.data() + head_ * group,
                 .scratch = scratch});
  }

 private:
  const BlockAttention& kernel_;
  const Operands& in_;
  const Plan& plan_;
  const std::int64_t bytes_;
  std::int64_t head_ = 0;
  Buffer<std::byte> values_;
  std::vector<char> is_finite_;
};

}  // namespace

void attention_in_blocks(const BlockAttention& kernel, int n_threads, const AttentionShape& shape,
                         std::span<const Segment> segments, std::span<const QueryRun> runs, ConstMatrix q,
                         ConstMatrix k, ConstMatrix v, Matrix z) {
  const Operands in{shape, segments, runs, q, k, v, z};
  const Plan plan(in, std::max<std::int64_t>(1, kernel.tile_lanes / (shape.n_heads / shape.n_kv_heads)));
  std::int64_t most_blocks = 0;
  for (const QueryTile& tile : plan.tiles) most_blocks = std::max(most_blocks, std::ssize(tile.blocks));
  std::vector<Buffer<std::byte>> scratch;  // of each thread
  for (std::int64_t i = 0; i < team_size(n_threads); ++i)
    scratch.push_back(make_buffer<std::byte>(kernel.scratch_bytes(most_blocks, shape.d_head)));
  Packed packed(kernel, in, plan);
  for (std::int64_t head = 0; head < shape.n_kv_heads; ++head) {
    packed.pack(head, n_threads);
    share_out(n_threads, std::ssize(plan.tiles),
              [&](std::int64_t i, int thread) { packed.attend(plan.tiles[i], scratch[thread].get()); });
  }
}

}  // namespace partwise::internal::cpu
