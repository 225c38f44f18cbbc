// Products with packed weights. Only for kernels_*.cc.
#pragma once

#include "ops/cpu/blocks.h"
#include "ops/cpu/kernels.h"

namespace partwise::cpu {
namespace {

// Blocks of rows times vectors of outputs that fit the registers: 24 sums of 32 with AVX-512, 12 of 16 with AVX2, 8 of
// 16 where a product needs a register of its own before it is added.
constexpr int kPanelVectors = kWidth == 4 ? 2 : 3;
constexpr int kProductRows = kWidth == 16 ? 8 : 4;
constexpr Index kPanelWidth = kPanelVectors * kWidth;

/// Outputs past the last repeat it.
void pack_panel(const float* w, Index stride, Index n_out, Index n_in, float* packed) {
  for (Index o = 0; o < kPanelWidth; o += 4) {
    const float* rows[4];
    for (int i = 0; i < 4; ++i) rows[i] = w + (o + i < n_out ? o + i : n_out - 1) * stride;
    transpose_rows(rows, n_in, 1.0f, packed + o, kPanelWidth);
  }
}

/// y = sums + bias for the outputs that are there.
inline void write_outputs(const PanelProduct& p, const Vec (&sums)[kPanelVectors], float* y) {
  for (int v = 0; v < kPanelVectors; ++v) {
    const Index first = v * kWidth, n = p.n_out - first;
    if (n >= kWidth)
      store(y + first, p.bias ? sums[v] + load(p.bias + first) : sums[v]);
    else if (n > 0)
      store(y + first, p.bias ? sums[v] + load(p.bias + first, n) : sums[v], n);
  }
}

/// Brings the share of the next panel that falls to rows [t, t + n) of n_rows to the second-level cache.
inline void prefetch_next(const PanelProduct& p, Index t, Index n) {
  if (!p.next) return;
  const Index size = p.n_in * kPanelWidth;
  for (Index i = size * t / p.n_rows; i < size * (t + n) / p.n_rows; i += 16)
    __builtin_prefetch(p.next + i, 0, 2);
}

void multiply(const PanelProduct& p) {
  for_blocks<kProductRows>(p.n_rows, [&]<int R>(Index t) {
    prefetch_next(p, t, R);
    Vec sums[R][kPanelVectors] = {};
    advance_chains(p.x + t * p.x_stride, p.x_stride, 1, p.packed, kPanelWidth, p.n_in, sums);
    for (int r = 0; r < R; ++r) write_outputs(p, sums[r], p.y + (t + r) * p.y_stride);
  });
}

}  // namespace
}  // namespace partwise::cpu
