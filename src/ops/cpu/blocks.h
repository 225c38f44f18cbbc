// Building blocks of products: chains of multiply_add that advance together in registers, blocks that cover their rows,
// and transposes that arrange operands. Only for kernels_*.cc.
#pragma once

#include "ops/cpu/simd.h"

namespace partwise::internal::cpu {
namespace {

using Index = std::int64_t;

/// The right operand is prefetched this many inputs ahead. The chains of AVX-512 are so fast that the processor by
/// itself would be late in fetching it from the second-level cache.
constexpr Index kInputsAhead = 10;

/// Written out, since for `= {}` GCC 12 clears memory with a slow instruction and loads the sums from there.
template <int R, int V>
inline void clear(Vec (&sums)[R][V]) {
#pragma GCC unroll 24
  for (int r = 0; r < R; ++r)
#pragma GCC unroll 6
    for (int v = 0; v < V; ++v) sums[r][v] = Vec{};
}

/// sums[r][v] += a[r * a_row + i * a_step] * b[i * b_step + v * kWidth ...] for ascending i. Each element is a chain of
/// its own, which is the same in blocks of any size.
template <int R, int V>
inline void advance_chains(const float* a, Index a_row, Index a_step, const float* b, Index b_step, Index n,
                           Vec (&sums)[R][V]) {
  for (Index i = 0; i < n; ++i) {
    Vec right[V];
    for (int v = 0; v < V; ++v) {
      right[v] = load(b + i * b_step + v * kWidth);
      if constexpr (kWidth == 16) __builtin_prefetch(b + (i + kInputsAhead) * b_step + v * kWidth);
    }
    for (int r = 0; r < R; ++r) {
      const Vec left = broadcast(a[r * a_row + i * a_step]);
      for (int v = 0; v < V; ++v) sums[r][v] = multiply_add(left, right[v], sums[r][v]);
    }
  }
}

/// Calls body<R>(i) for blocks of R rows that cover [0, n). The last block moves back and computes some rows again,
/// with the same bits. Fewer than R rows are done one by one.
template <int R, class Body>
inline void for_blocks(Index n, const Body& body) {
  if (n < R) {
    for (Index i = 0; i < n; ++i) body.template operator()<1>(i);
    return;
  }
  for (Index i = 0; i < n; i += R) body.template operator()<R>(i + R <= n ? i : n - R);
}

/// Calls body<R>(i) for blocks of R rows from i on, and for smaller blocks of the rest, so that no row is computed
/// twice. Needed if sums continue those that are already in the output.
template <int R, class Body>
inline void for_single_blocks(Index n, const Body& body, Index i = 0) {
  for (; i + R <= n; i += R) body.template operator()<R>(i);
  if constexpr (R > 1) for_single_blocks<R / 2>(n, body, i);
}

typedef float Quad __attribute__((vector_size(16)));

/// out[j * stride + i] = scale * rows[i][first + j] for i and j below 4.
inline void transpose(const float* const rows[4], Index first, float scale, float* out, Index stride) {
  Quad a[4];
  for (int i = 0; i < 4; ++i) {
    __builtin_memcpy(&a[i], rows[i] + first, sizeof a[i]);
    a[i] *= scale;
  }
  const Quad low01 = __builtin_shufflevector(a[0], a[1], 0, 4, 1, 5),
             high01 = __builtin_shufflevector(a[0], a[1], 2, 6, 3, 7);
  const Quad low23 = __builtin_shufflevector(a[2], a[3], 0, 4, 1, 5),
             high23 = __builtin_shufflevector(a[2], a[3], 2, 6, 3, 7);
  const Quad columns[4] = {
      __builtin_shufflevector(low01, low23, 0, 1, 4, 5), __builtin_shufflevector(low01, low23, 2, 3, 6, 7),
      __builtin_shufflevector(high01, high23, 0, 1, 4, 5), __builtin_shufflevector(high01, high23, 2, 3, 6, 7)};
  for (int j = 0; j < 4; ++j) __builtin_memcpy(out + j * stride, &columns[j], sizeof(Quad));
}

/// out[c * stride + i] = scale * rows[i][c] for i below 4 and c below n.
inline void transpose_rows(const float* const rows[4], Index n, float scale, float* out, Index stride) {
  Index c = 0;
  for (; c + 4 <= n; c += 4) transpose(rows, c, scale, out + c * stride, stride);
  for (; c < n; ++c)
    for (int i = 0; i < 4; ++i) out[c * stride + i] = scale * rows[i][c];
}

}  // namespace
}  // namespace partwise::internal::cpu
