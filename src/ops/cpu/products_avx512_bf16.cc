// src/CMakeLists.txt compiles this file for AVX-512 with AVX512_BF16, whose instruction adds two products to each of
// sixteen sums: a chain over pairs of inputs.
#if defined(__x86_64__)
#if !defined(__AVX512BF16__)
#error "this file needs the compiler's options for AVX512_BF16"
#endif

#include "ops/cpu/bf16_operands.h"
#include "ops/cpu/blocks.h"

namespace partwise::internal::cpu {
namespace {

constexpr int kVectors = 3, kRows = 8;  // 24 sums of 32 registers
constexpr Index kPanelWidth = kVectors * 16, kPanelWords = kStep / 2 * kPanelWidth;
constexpr Index kPairsAhead = 10;  // the panel is prefetched this far ahead

/// [n_steps, 16 pairs, kPanelWidth]
void pack_panel(const float* w, Index stride, Index n_out, Index n_in, std::byte* packed) {
  auto* words = reinterpret_cast<std::uint32_t*>(packed);
  for (Index s = 0; s < count_steps(n_in); ++s)
    for (Index o = 0; o < kPanelWidth; o += 16)
      pack_step(w + o * stride + s * kStep, stride, n_out - o, n_in - s * kStep, words + s * kPanelWords + o,
                kPanelWidth);
}

/// [n_rows, x_stride / 32, 16 pairs]
void pack_rows(const float* x, Index stride, Index first_row, Index n_rows, Index n_in, std::byte* packed,
               Index x_stride) {
  for (Index t = 0; t < n_rows; ++t)
    for (Index s = 0; s < count_steps(n_in); ++s)
      _mm512_store_si512(packed + ((first_row + t) * x_stride / kStep + s) * kStepBytes,
                         round_step(x + t * stride + s * kStep, n_in - s * kStep));
}

template <int R>
void advance_pairs(const std::uint32_t* x, Index x_stride, Index n_pairs, const std::uint32_t* w,
                   Vec (&sums)[R][kVectors]) {
  for (Index i = 0; i < n_pairs; ++i) {
    __m512i right[kVectors];
    for (Index v = 0; v < kVectors; ++v) {
      right[v] = _mm512_load_si512(w + i * kPanelWidth + v * 16);
      __builtin_prefetch(w + (i + kPairsAhead) * kPanelWidth + v * 16);
    }
    for (Index r = 0; r < R; ++r) {
      const __m512i left = _mm512_set1_epi32(static_cast<int>(x[r * x_stride + i]));
      for (Index v = 0; v < kVectors; ++v)
        sums[r][v] =
            _mm512_dpbf16_ps(sums[r][v], reinterpret_cast<__m512bh>(left), reinterpret_cast<__m512bh>(right[v]));
    }
  }
}

/// Calls body(r, v) for every sum, unrolled: GCC 12 would pass the sums through memory.
template <int R, class Body>
void for_sums(const Body& body) {
#pragma GCC unroll 8
  for (Index r = 0; r < R; ++r)
#pragma GCC unroll 3
    for (Index v = 0; v < kVectors; ++v) body(r, v);
}

/// If there are no earlier sums and no bias, nothing is loaded, not even under an empty mask: such a load waits for its
/// cache line as well, and longest for a line at an invalid address.
template <int R>
void multiply_rows(const PanelProduct& p, Index t) {
  Vec sums[R][kVectors];
  const auto mask = [&](Index v) { return first_lanes(p.n_out - v * 16); };
  const auto y = [&](Index r, Index v) { return p.y + (t + r) * p.y_stride + v * 16; };
  clear(sums);
  if (p.goes_on) for_sums<R>([&](Index r, Index v) { sums[r][v] = _mm512_maskz_loadu_ps(mask(v), y(r, v)); });
  advance_pairs(static_cast<const std::uint32_t*>(p.x) + t * p.x_stride / 2, p.x_stride / 2,
                count_steps(p.n_in) * kStep / 2, reinterpret_cast<const std::uint32_t*>(p.packed), sums);
  if (p.bias)
    for_sums<R>([&](Index r, Index v) {
      sums[r][v] = _mm512_add_ps(sums[r][v], _mm512_maskz_loadu_ps(mask(v), p.bias + v * 16));
    });
  for_sums<R>([&](Index r, Index v) { _mm512_mask_storeu_ps(y(r, v), mask(v), sums[r][v]); });
}

void multiply(const PanelProduct& p) {
  for_single_blocks<kRows>(p.n_rows, [&]<int R>(Index t) { multiply_rows<R>(p, t); });
}

}  // namespace

const ProductKernels kAvx512Bf16Products = {"avx512_bf16", kPanelWidth, 1,       kStep, 2, 1,
                                            pack_panel,    pack_rows,   multiply};

}  // namespace partwise::internal::cpu
#endif
