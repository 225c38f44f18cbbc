// Vectors of the instruction set that the including file is compiled for. Only for kernels_*.cc.
#pragma once

#include <cstdint>

#if defined(__FMA__)
#include <immintrin.h>
#endif

namespace partwise::internal::cpu {
namespace {

#if defined(__AVX512F__)
constexpr int kWidth = 16;
#elif defined(__AVX2__)
constexpr int kWidth = 8;
#else
constexpr int kWidth = 4;
#endif

typedef float Vec __attribute__((vector_size(sizeof(float) * kWidth)));
typedef std::uint32_t IntVec __attribute__((vector_size(sizeof(float) * kWidth)));
typedef float HalfVec __attribute__((vector_size(sizeof(float) * kWidth / 2)));
typedef double DoubleVec __attribute__((vector_size(sizeof(float) * kWidth)));

inline Vec broadcast(float x) { return x - Vec{}; }

inline Vec load(const float* p) {
  Vec v;
  __builtin_memcpy(&v, p, sizeof v);
  return v;
}

inline void store(float* p, Vec v) { __builtin_memcpy(p, &v, sizeof v); }

/// The first n < kWidth elements, the rest zero.
inline Vec load(const float* p, std::int64_t n) {
  Vec v{};
  for (std::int64_t i = 0; i < n; ++i) v[i] = p[i];
  return v;
}

inline void store(float* p, Vec v, std::int64_t n) {
  for (std::int64_t i = 0; i < n; ++i) p[i] = v[i];
}

/// a * b + c, rounded once if the instruction set can do so, otherwise twice. This is never left to the compiler, since
/// the bits of a result must not depend on its choice.
inline Vec multiply_add(Vec a, Vec b, Vec c) {
#if defined(__AVX512F__)
  return _mm512_fmadd_ps(a, b, c);
#elif defined(__FMA__)
  return _mm256_fmadd_ps(a, b, c);
#else
  return a * b + c;
#endif
}

inline Vec maximum(Vec a, Vec b) { return a > b ? a : b; }

inline DoubleVec load_double(const float* p) {
  HalfVec v;
  __builtin_memcpy(&v, p, sizeof v);
  return __builtin_convertvector(v, DoubleVec);
}

/// exp(x) for x <= 0 within one unit in the last place; 0 if the result is below 2^-126. NaN stays NaN. x = n ln 2 + r
/// with |r| <= ln 2 / 2, exp(r) = 1 + r + r^2 q(r), q fitted to the smallest relative error.
inline Vec exp_nonpositive(Vec x) {
  const Vec magic = broadcast(0x1.8p23f);  // adding it rounds to an integer, kept in the low bits
  const Vec shifted = multiply_add(x, broadcast(0x1.715476p0f), magic);
  const Vec n = shifted - magic;
  Vec r = multiply_add(n, broadcast(-0x1.63p-1f), x);  // ln 2 in two parts, the first short
  r = multiply_add(n, broadcast(0x1.bd0105p-13f), r);  // enough for an exact product
  Vec q = broadcast(0x1.6a2434p-10f);
  q = multiply_add(q, r, broadcast(0x1.1239e2p-7f));
  q = multiply_add(q, r, broadcast(0x1.5558f2p-5f));
  q = multiply_add(q, r, broadcast(0x1.555492p-3f));
  q = multiply_add(q, r, broadcast(0x1.fffffcp-2f));
  const Vec exp_r = multiply_add(r * r, q, r) + 1.0f;
  const IntVec power = (reinterpret_cast<IntVec>(shifted) << 23) + 0x3f800000u;  // bits of 2^n
  const Vec result = exp_r * reinterpret_cast<Vec>(power);
  return x < broadcast(-0x1.5d589ep6f) ? Vec{} : result;
}

}  // namespace
}  // namespace partwise::internal::cpu
