// Products with packed weights. Only for kernels_*.cc.
#pragma once

#include "ops/cpu/blocks.h"
#include "ops/cpu/products.h"

namespace partwise::internal::cpu {
namespace {

// Rows times vectors of outputs that fit into the registers: 24 sums of 32 registers with AVX-512, 12 of 16 with AVX2,
// and 8 of 16 without FMA, since a product then needs a register before it is added.
constexpr int kPanelVectors = kWidth == 4 ? 2 : 3;
constexpr int kProductRows = kWidth == 16 ? 8 : 4;
constexpr Index kPanelWidth = kPanelVectors * kWidth;

/// packed[i, o] = w[o, i] [n_in, panel_width]. Outputs past the last one repeat it.
void pack_panel(const float* w, Index stride, Index n_out, Index n_in, std::byte* packed) {
  for (Index o = 0; o < kPanelWidth; o += 4) {
    const float* rows[4];
    for (int i = 0; i < 4; ++i) rows[i] = w + (o + i < n_out ? o + i : n_out - 1) * stride;
    transpose_rows(rows, n_in, 1.0f, reinterpret_cast<float*>(packed) + o, kPanelWidth);
  }
}

/// y = sums + bias for the outputs that exist.
inline void write_outputs(const PanelProduct& p, const Vec (&sums)[kPanelVectors], float* y) {
  for (int v = 0; v < kPanelVectors; ++v) {
    const Index first = v * kWidth, n = p.n_out - first;
    if (n >= kWidth)
      store(y + first, p.bias ? sums[v] + load(p.bias + first) : sums[v]);
    else if (n > 0)
      store(y + first, p.bias ? sums[v] + load(p.bias + first, n) : sums[v], n);
  }
}

/// Loads the chains so far of the outputs that exist.
inline void read_outputs(const PanelProduct& p, const float* y, Vec (&sums)[kPanelVectors]) {
  for (int v = 0; v < kPanelVectors; ++v) {
    const Index first = v * kWidth, n = p.n_out - first;
    sums[v] = n >= kWidth ? load(y + first) : load(y + first, n);
  }
}

/// Advances the chains of R rows by all inputs. Meanwhile it prefetches these rows' share of the next panel into the
/// second-level cache, one line at a time: many lines at once would delay the loads of the chains.
template <int R>
inline void advance_rows(const PanelProduct& p, Index t, Vec (&sums)[R][kPanelVectors]) {
  const float* x = static_cast<const float*>(p.x) + t * p.x_stride;
  const auto* w = reinterpret_cast<const float*>(p.packed);
  const Index n_lines = p.next ? p.n_in * kPanelWidth * static_cast<Index>(sizeof(float)) / 64 : 0;
  const Index first = n_lines * t / p.n_rows, n = n_lines * (t + R) / p.n_rows - first;
  const Index step = n > 0 ? (p.n_in + n - 1) / n : p.n_in;
  const std::byte* line = p.next + first * 64;
  for (Index i = 0; i < p.n_in; i += step, line += 64) {
    if (n > 0) __builtin_prefetch(line, 0, 2);
    advance_chains(x + i, p.x_stride, 1, w + i * kPanelWidth, kPanelWidth, i + step < p.n_in ? step : p.n_in - i, sums);
  }
}

template <int R>
void multiply_rows(const PanelProduct& p, Index t) {
  Vec sums[R][kPanelVectors];
  clear(sums);
  if (p.goes_on)
    for (int r = 0; r < R; ++r) read_outputs(p, p.y + (t + r) * p.y_stride, sums[r]);
  advance_rows<R>(p, t, sums);
  for (int r = 0; r < R; ++r) write_outputs(p, sums[r], p.y + (t + r) * p.y_stride);
}

void multiply(const PanelProduct& p) {
  for_single_blocks<kProductRows>(p.n_rows, [&]<int R>(Index t) { multiply_rows<R>(p, t); });
}

constexpr ProductKernels float32_products(const char* name) {
  return {name, kPanelWidth, 1, 1, sizeof(float), 1, pack_panel, nullptr, multiply};
}

/// The nearest float32 that bfloat16 can hold, ties to even. NaN stays NaN.
inline Vec round_to_bf16(Vec x) {
  const IntVec bits = reinterpret_cast<IntVec>(x);
  const IntVec rounded = (bits + 0x7fffu + ((bits >> 16) & 1u)) & 0xffff0000u;
  return x == x ? reinterpret_cast<Vec>(rounded) : x;
}

void round_to_bf16(const float* x, Index n, float* y) {
  Index i = 0;
  for (; i + kWidth <= n; i += kWidth) store(y + i, round_to_bf16(load(x + i)));
  if (i < n) store(y + i, round_to_bf16(load(x + i, n - i)), n - i);
}

void pack_rounded_panel(const float* w, Index stride, Index n_out, Index n_in, std::byte* packed) {
  pack_panel(w, stride, n_out, n_in, packed);
  auto* values = reinterpret_cast<float*>(packed);
  round_to_bf16(values, n_in * kPanelWidth, values);
}

/// [n_rows, x_stride]
void pack_rounded_rows(const float* x, Index stride, Index first_row, Index n_rows, Index n_in, std::byte* packed,
                       Index x_stride) {
  for (Index t = 0; t < n_rows; ++t)
    round_to_bf16(x + t * stride, n_in, reinterpret_cast<float*>(packed) + (first_row + t) * x_stride);
}

constexpr ProductKernels rounded_products(const char* name) {
  return {name, kPanelWidth, 1, 1, sizeof(float), 1, pack_rounded_panel, pack_rounded_rows, multiply};
}

}  // namespace
}  // namespace partwise::internal::cpu
