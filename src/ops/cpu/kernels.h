// The inner loops, compiled once for each instruction set and chosen at run time.
//
// Everything here is plain pointers and structs: the files compiled with wider instruction sets must
// not instantiate inline functions of other headers, whose one copy the linker keeps might be theirs.
#pragma once

#include <cstdint>

#include "ops/activation.h"

namespace partwise::cpu {

/// Rows [first_row, first_row + n_rows) of k and v.
struct KeyRun {
  std::int64_t first_row;
  std::int64_t n_rows;
};

/// Queries per tile come in lanes: lane i * group + g is query i, head g of the group that shares a
/// key/value head. Score rows hold all lanes of one key.
constexpr std::int64_t kLaneMultiple = 16;
/// Lanes whose values are summed together.
constexpr std::int64_t kLaneBlock = 6;

/// Consecutive queries of one segment and the query heads of one key/value head.
struct AttentionTile {
  const float* q;  // query i, head g of the group: q + i * query_stride + g * d_head
  float* z;        // laid out like q
  const float* k;  // row s of the pass: k + s * key_stride, [d_head]
  const float* v;
  std::int64_t query_stride, z_stride, key_stride, value_stride;
  std::int64_t n_queries, group, d_head;
  std::int64_t lanes;  // n_queries * group rounded up to kLaneMultiple
  const KeyRun* runs;  // what every query sees: root first, up to the row of query 0
  std::int64_t n_runs;
  KeyRun later;  // the rows of queries 1, 2, ...: query i sees the first i of them as well
  /// Before `runs`: what a window has left behind for the last query but not yet for the first. Query i sees all but
  /// the first max(0, i - n_unmoved) of these keys; its window begins to move after query n_unmoved.
  const KeyRun* earlier;
  std::int64_t n_earlier, n_unmoved;
  float scale;
  float* packed;  // scratch [d_head, lanes]; this and the next three start at cache lines
  float* scores;  // scratch [keys, lanes]
  float* totals;  // scratch [lanes]
  float* sums;    // scratch [lanes + kLaneBlock, d_head]
};

struct Kernels {
  const char* name;
  /// Softmax attention of a tile. Every sum is a chain over ascending d_head, or ascending keys.
  void (*attention)(const AttentionTile& tile);
  /// sum_i a[i] b[i] in double.
  double (*dot)(const float* a, const float* b, std::int64_t n);
  /// y = gain * x / sqrt(mean(x^2) + eps)
  void (*rms_norm)(const float* x, const float* gain, float eps, std::int64_t n, float* y);
  /// y = gain * (x - mean(x)) / sqrt(var(x) + eps) + bias
  void (*layer_norm)(const float* x, const float* gain, const float* bias, float eps, std::int64_t n, float* y);
  /// Rotates the pairs (x[j], x[j + r]) by angle j.
  void (*rotate)(float* x, const float* cos, const float* sin, std::int64_t r);
  /// y = f(x)
  void (*activate)(Activation f, const float* x, std::int64_t n, float* y);
  /// y = f(gate) * up
  void (*gated_activate)(Activation f, const float* gate, const float* up, std::int64_t n, float* y);
  /// x += y
  void (*add)(float* x, const float* y, std::int64_t n);
  /// y = exp(x) for x <= 0, the exponential of attention and the activations.
  void (*exp)(const float* x, std::int64_t n, float* y);
};

extern const Kernels kBaselineKernels;
extern const Kernels kAvx2Kernels;    // needs AVX2 and FMA
extern const Kernels kAvx512Kernels;  // needs AVX-512 F, BW, DQ, VL

/// The widest that this processor has, as best_instruction_set() says.
const Kernels& best_kernels();

}  // namespace partwise::cpu
