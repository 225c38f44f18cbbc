// Operands of bfloat16 products: each 32-bit word holds two inputs. Only for files that are compiled for AVX-512 with
// AVX512_BF16.
#pragma once

#include <immintrin.h>

#include "ops/cpu/products.h"

namespace partwise::internal::cpu {
namespace {

using Index = std::int64_t;

constexpr Index kStep = 32;  // inputs that are packed together: sixteen words, one vector
constexpr Index kStepBytes = 64;

inline Index count_steps(Index n_in) { return (n_in + kStep - 1) / kStep; }

/// A mask of the first n of sixteen lanes: none for n < 0, all for n > 16.
inline __mmask16 first_lanes(Index n) {
  return n >= 16 ? __mmask16{0xffff} : static_cast<__mmask16>(n > 0 ? (1u << n) - 1 : 0u);
}

/// Rounds to sixteen bfloat16 values: to nearest, ties to even. Subnormal numbers become zero; products in bfloat16
/// treat them as zero anyway.
inline __m256i round_to_bf16(__m512 x) { return reinterpret_cast<__m256i>(_mm512_cvtneps_pbh(x)); }

/// Rounds the first n of 32 values, with zeros after them.
inline __m512i round_step(const float* x, Index n) {
  const __m512 low = _mm512_maskz_loadu_ps(first_lanes(n), x),
               high = _mm512_maskz_loadu_ps(first_lanes(n - 16), x + 16);
  return reinterpret_cast<__m512i>(_mm512_cvtne2ps_pbh(high, low));
}

/// Sixteen rows of sixteen words become its columns.
inline void transpose_words(__m512i (&rows)[16]) {
  __m512i a[16], b[16];
  for (Index i = 0; i < 16; i += 2) {
    a[i] = _mm512_unpacklo_epi32(rows[i], rows[i + 1]);
    a[i + 1] = _mm512_unpackhi_epi32(rows[i], rows[i + 1]);
  }
  for (Index i = 0; i < 16; i += 4)
    for (Index j = 0; j < 2; ++j) {
      b[i + 2 * j] = _mm512_unpacklo_epi64(a[i + j], a[i + j + 2]);
      b[i + 2 * j + 1] = _mm512_unpackhi_epi64(a[i + j], a[i + j + 2]);
    }
  for (Index j = 0; j < 4; ++j) {  // quarter l of b[i + j] is column 4 l + j of rows i to i + 3
    const __m512i even_top = _mm512_shuffle_i32x4(b[j], b[4 + j], 0x88),
                  odd_top = _mm512_shuffle_i32x4(b[j], b[4 + j], 0xdd);
    const __m512i even_low = _mm512_shuffle_i32x4(b[8 + j], b[12 + j], 0x88),
                  odd_low = _mm512_shuffle_i32x4(b[8 + j], b[12 + j], 0xdd);
    rows[j] = _mm512_shuffle_i32x4(even_top, even_low, 0x88);
    rows[4 + j] = _mm512_shuffle_i32x4(odd_top, odd_low, 0x88);
    rows[8 + j] = _mm512_shuffle_i32x4(even_top, even_low, 0xdd);
    rows[12 + j] = _mm512_shuffle_i32x4(odd_top, odd_low, 0xdd);
  }
}

/// out[pair * word_stride + o] = inputs 2 pair and 2 pair + 1 of output o, for sixteen outputs and 32 inputs. Only
/// n_out outputs and n_in inputs exist; the rest is zero.
inline void pack_step(const float* w, Index stride, Index n_out, Index n_in, std::uint32_t* out, Index word_stride) {
  __m512i words[16];
  for (Index o = 0; o < 16; ++o) words[o] = o < n_out ? round_step(w + o * stride, n_in) : _mm512_setzero_si512();
  transpose_words(words);
  for (Index pair = 0; pair < 16; ++pair) _mm512_storeu_si512(out + pair * word_stride, words[pair]);
}

}  // namespace
}  // namespace partwise::internal::cpu
