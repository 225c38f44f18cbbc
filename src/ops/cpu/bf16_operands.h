// Operands of bfloat16 products, two inputs in each 32-bit word. Only for files that are compiled for AVX-512 with
// AVX512_BF16.
#pragma once

#include <immintrin.h>

#include "ops/cpu/products.h"

namespace partwise::cpu {
namespace {

using Index = std::int64_t;

constexpr Index kStep = 32;  // inputs that are packed together: sixteen words, one vector
constexpr Index kStepBytes = 64;

inline Index count_steps(Index n_in) { return (n_in + kStep - 1) / kStep; }

/// The first n of sixteen lanes; none for n < 0, all beyond.
inline __mmask16 first_lanes(Index n) {
  return n >= 16 ? __mmask16{0xffff} : static_cast<__mmask16>(n > 0 ? (1u << n) - 1 : 0u);
}

/// Sixteen bfloat16 values: to nearest, ties to even. Numbers below the smallest normal one become zero, which products
/// in bfloat16 take them for.
inline __m256i round_to_bf16(__m512 x) { return reinterpret_cast<__m256i>(_mm512_cvtneps_pbh(x)); }

/// The first n of 32 values, zeros after them.
inline __m512i round_step(const float* x, Index n) {
  const __m512 low = _mm512_maskz_loadu_ps(first_lanes(n), x), high = _mm512_maskz_loadu_ps(first_lanes(n - 16), x + 16);
  return reinterpret_cast<__m512i>(_mm512_cvtne2ps_pbh(high, low));
}

/// out[pair * word_stride + o] = inputs 2 pair and 2 pair + 1 of output o: sixteen outputs, of which n_out are there,
/// and 32 inputs, of which n_in are.
inline void pack_step(const float* w, Index stride, Index n_out, Index n_in, std::uint32_t* out, Index word_stride) {
  alignas(64) std::uint32_t words[16][16] = {};  // [output, pair]
  for (Index o = 0; o < 16 && o < n_out; ++o) _mm512_store_si512(words[o], round_step(w + o * stride, n_in));
  const __m512i rows = _mm512_setr_epi32(0, 16, 32, 48, 64, 80, 96, 112, 128, 144, 160, 176, 192, 208, 224, 240);
  for (Index pair = 0; pair < 16; ++pair)
    _mm512_storeu_si512(out + pair * word_stride, _mm512_i32gather_epi32(rows, &words[0][pair], 4));
}

}  // namespace
}  // namespace partwise::cpu
