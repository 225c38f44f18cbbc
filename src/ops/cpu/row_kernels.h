// Loops over one row. Sums run over fixed lanes and then over those in order. Only for kernels_*.cc.
#pragma once

#include "ops/cpu/simd.h"

namespace partwise::cpu {
namespace {

double sum(DoubleVec v) {
  double total = 0;
  for (int i = 0; i < kWidth / 2; ++i) total += v[i];
  return total;
}

double dot(const float* a, const float* b, std::int64_t n) {
  constexpr int kStep = kWidth / 2;
  DoubleVec lanes{};
  std::int64_t i = 0;
  for (; i + kStep <= n; i += kStep) lanes += load_double(a + i) * load_double(b + i);
  double total = sum(lanes);
  for (; i < n; ++i) total += double{a[i]} * double{b[i]};
  return total;
}

/// Calls body(i, load, store) with functions that read and write elements [i, i + kWidth), fewer at the end.
template <class Body>
inline void for_vectors(std::int64_t n, const Body& body) {
  std::int64_t i = 0;
  for (; i + kWidth <= n; i += kWidth)
    body(
        i, [](const float* p) { return load(p); }, [](float* p, Vec v) { store(p, v); });
  if (i < n)
    body(
        i, [=](const float* p) { return load(p, n - i); }, [=](float* p, Vec v) { store(p, v, n - i); });
}

void rms_norm(const float* x, const float* gain, float eps, std::int64_t n, float* y) {
  const double mean_square = dot(x, x, n) / static_cast<double>(n);
  const Vec scale = broadcast(static_cast<float>(1 / __builtin_sqrt(mean_square + double{eps})));
  for_vectors(n, [=](std::int64_t i, auto get, auto put) { put(y + i, get(x + i) * scale * get(gain + i)); });
}

void rotate(float* x, const float* cos, const float* sin, std::int64_t r) {
  for_vectors(r, [=](std::int64_t j, auto get, auto put) {
    const Vec a = get(x + j), b = get(x + r + j), c = get(cos + j), s = get(sin + j);
    put(x + j, multiply_add(a, c, -(b * s)));
    put(x + r + j, multiply_add(b, c, a * s));
  });
}

/// x / (1 + exp(-x)) = x sigma, where sigma comes from exp(-|x|), which cannot overflow.
inline Vec silu(Vec x) {
  const Vec e = exp_nonpositive(x < Vec{} ? x : -x);
  return x * (x < Vec{} ? e : Vec{} + 1.0f) / (e + 1.0f);
}

void swiglu(const float* gate, const float* up, std::int64_t n, float* y) {
  for_vectors(n, [=](std::int64_t i, auto get, auto put) { put(y + i, silu(get(gate + i)) * get(up + i)); });
}

void add(float* x, const float* y, std::int64_t n) {
  for_vectors(n, [=](std::int64_t i, auto get, auto put) { put(x + i, get(x + i) + get(y + i)); });
}

void exp(const float* x, std::int64_t n, float* y) {
  for_vectors(n, [=](std::int64_t i, auto get, auto put) { put(y + i, exp_nonpositive(get(x + i))); });
}

}  // namespace
}  // namespace partwise::cpu
