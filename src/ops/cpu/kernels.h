// The inner loops. They are compiled once per instruction set and chosen at run time.
//
// Everything here is plain pointers and structs. Files compiled for wider instruction sets must not instantiate inline
// functions of other headers: the linker keeps one copy of such a function, which might be theirs.
#pragma once

#include <cstddef>
#include <cstdint>

#include "ops/activation.h"
#include "ops/precision.h"

namespace partwise::internal::cpu {

/// Rows [first_row, first_row + n_rows) of k and v.
struct KeyRun {
  std::int64_t first_row;
  std::int64_t n_rows;
};

/// Consecutive queries of one segment and the query heads of one key/value head.
struct AttentionTile {
  const float* q;  // query i, head g of the group: q + i * query_stride + g * d_head
  float* z;        // laid out like q
  const float* k;  // row s of the pass: k + s * key_stride, [d_head]
  const float* v;
  std::int64_t query_stride, z_stride, key_stride, value_stride;
  std::int64_t n_queries, group, d_head;
  const KeyRun* runs;  // rows that every query sees: root first, up to the row of query 0
  std::int64_t n_runs;
  KeyRun later;  // the rows of queries 1, 2, ...: query i sees the first i of them as well
  /// Keys before `runs` that the first query sees, but not the last one, because the window has moved on. Query i sees
  /// all of them except the first max(0, i - n_unmoved): the window begins to move after query n_unmoved.
  const KeyRun* earlier;
  std::int64_t n_earlier, n_unmoved;
  float scale, cap;    // AttentionShape's
  const float* sinks;  // of the group's heads, or null
  std::byte* scratch;  // starts at a cache line
};

/// Softmax attention of a tile.
struct AttentionKernel {
  std::int64_t tile_lanes;  // preferred number of lanes of a tile
  /// Bytes of scratch for a tile with this many lanes and keys.
  std::int64_t (*scratch_bytes)(std::int64_t lanes, std::int64_t keys, std::int64_t d_head);
  void (*run)(const AttentionTile& tile);
};

/// How many keys are packed together: block b has those of positions [32 b, 32 (b + 1)) of a prompt.
constexpr std::int64_t kKeysInBlock = 32;

/// Consecutive queries of one segment and the query heads of one key/value head.
struct BlockTile {
  const float* q;  // query i, head g of the group: q + i * query_stride + g * d_head
  float* z;        // laid out like q
  std::int64_t query_stride, z_stride;
  std::int64_t n_queries, group, d_head;
  std::int64_t position;  // of query 0. Query i sees keys up to position + i, or the last `window` of these
  std::int64_t window;    // 0: all
  std::int64_t first_block;
  const std::byte* const* blocks;  // from first_block to the block of the last query's key
  bool all_finite;                 // whether all values in them are finite
  float scale, cap;                // AttentionShape's
  const float* sinks;              // of the group's heads, or null
  std::byte* scratch;              // starts at a cache line
};

/// Softmax attention that multiplies in less than float32.
struct BlockAttention {
  std::int64_t tile_lanes;  // preferred number of lanes of a tile
  std::int64_t (*block_bytes)(std::int64_t d_head);
  /// Packs 32 keys and values [d_head]; null for a key that does not exist. Returns whether all values are finite.
  bool (*pack_block)(const float* const* keys, const float* const* values, std::int64_t d_head, std::byte* block);
  std::int64_t (*scratch_bytes)(std::int64_t n_blocks, std::int64_t d_head);
  void (*run)(const BlockTile& tile);
  Precision precision;  // of queries, keys, values and the numerators of the softmax
};

struct Kernels {
  const char* name;
  AttentionKernel attention;
  /// sum_i a[i] b[i] in double.
  double (*dot)(const float* a, const float* b, std::int64_t n);
  /// y[r] = sum_i a[i] b[r * stride + i] in float32, for r below n_rows.
  void (*dots)(const float* a, const float* b, std::int64_t stride, std::int64_t n_rows, std::int64_t n, float* y);
  /// y = gain * x / sqrt(mean(x^2) + eps)
  void (*rms_norm)(const float* x, const float* gain, float eps, std::int64_t n, float* y);
  /// y = gain * (x - mean(x)) / sqrt(var(x) + eps) + bias
  void (*layer_norm)(const float* x, const float* gain, const float* bias, float eps, std::int64_t n, float* y);
  /// Rotates the pairs (x[j], x[j + r]) by angle j.   x [2 r], cos and sin [r]
  void (*rotate)(float* x, const float* cos, const float* sin, std::int64_t r);
  /// y = f(x)
  void (*activate)(Activation f, const float* x, std::int64_t n, float* y);
  /// y = f(gate) * up; clamped_swiglu: of both
  void (*gated_activate)(Activation f, const float* gate, const float* up, std::int64_t n, float* y);
  /// x += y
  void (*add)(float* x, const float* y, std::int64_t n);
  /// y = exp(x) for x <= 0, the exponential of attention and the activations.
  void (*exp)(const float* x, std::int64_t n, float* y);
};

extern const Kernels kBaselineKernels;
extern const Kernels kAvx2Kernels;    // needs AVX2 and FMA
extern const Kernels kAvx512Kernels;  // needs AVX-512 F, BW, DQ, VL

extern const BlockAttention kAmxBf16Attention;  // needs AMX

/// The kernels for best_instruction_set().
const Kernels& best_kernels();
/// Attention for this precision, if the processor has faster products for it. Otherwise null: then attention is in
/// float32.
const BlockAttention* best_block_attention(Precision precision);

}  // namespace partwise::internal::cpu
