// Loops over one row. Sums run over fixed lanes and then over those in order. Only for kernels_*.cc.
#pragma once

#include "ops/activation.h"
#include "ops/cpu/simd.h"

namespace partwise::cpu {
namespace {

constexpr int kDoubles = kWidth / 2;

/// Halves of N lanes onto each other: fewer sums that wait for one another.
template <int N, class Lanes>
inline auto sum(Lanes v) {
  for (int n = N / 2; n > 0; n /= 2)
    for (int i = 0; i < n; ++i) v[i] += v[i + n];
  return v[0];
}

double dot(const float* a, const float* b, std::int64_t n) {
  DoubleVec lanes{};
  std::int64_t i = 0;
  for (; i + kDoubles <= n; i += kDoubles) lanes += load_double(a + i) * load_double(b + i);
  double total = sum<kDoubles>(lanes);
  for (; i < n; ++i) total += double{a[i]} * double{b[i]};
  return total;
}

void dots(const float* a, const float* b, std::int64_t stride, std::int64_t n_rows, std::int64_t n, float* y) {
  for (std::int64_t r = 0; r < n_rows; ++r, b += stride) {
    Vec lanes{};
    std::int64_t i = 0;
    for (; i + kWidth <= n; i += kWidth) lanes = multiply_add(load(a + i), load(b + i), lanes);
    y[r] = sum<kWidth>(lanes);
    for (; i < n; ++i) y[r] += a[i] * b[i];
  }
}

double mean(const float* x, std::int64_t n) {
  DoubleVec lanes{};
  std::int64_t i = 0;
  for (; i + kDoubles <= n; i += kDoubles) lanes += load_double(x + i);
  double total = sum<kDoubles>(lanes);
  for (; i < n; ++i) total += double{x[i]};
  return total / static_cast<double>(n);
}

/// mean((x - center)^2)
double mean_square(const float* x, double center, std::int64_t n) {
  DoubleVec lanes{};
  std::int64_t i = 0;
  for (; i + kDoubles <= n; i += kDoubles) {
    const DoubleVec away = load_double(x + i) - center;
    lanes += away * away;
  }
  double total = sum<kDoubles>(lanes);
  for (; i < n; ++i) total += (double{x[i]} - center) * (double{x[i]} - center);
  return total / static_cast<double>(n);
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
  const double square = dot(x, x, n) / static_cast<double>(n);
  const Vec scale = broadcast(static_cast<float>(1 / __builtin_sqrt(square + double{eps})));
  for_vectors(n, [=](std::int64_t i, auto get, auto put) { put(y + i, get(x + i) * scale * get(gain + i)); });
}

/// The centred row keeps its digits in double, however far from zero the row lies.
void layer_norm(const float* x, const float* gain, const float* bias, float eps, std::int64_t n, float* y) {
  const double center = mean(x, n), scale = 1 / __builtin_sqrt(mean_square(x, center, n) + double{eps});
  for (std::int64_t i = 0; i < n; ++i) y[i] = static_cast<float>((double{x[i]} - center) * scale);
  for_vectors(n, [=](std::int64_t i, auto get, auto put) {
    put(y + i, multiply_add(get(y + i), get(gain + i), get(bias + i)));
  });
}

void rotate(float* x, const float* cos, const float* sin, std::int64_t r) {
  for_vectors(r, [=](std::int64_t j, auto get, auto put) {
    const Vec a = get(x + j), b = get(x + r + j), c = get(cos + j), s = get(sin + j);
    put(x + j, multiply_add(a, c, -(b * s)));
    put(x + r + j, multiply_add(b, c, a * s));
  });
}

inline Vec magnitude(Vec x) { return x < Vec{} ? -x : x; }

/// x / (1 + exp(-u)), by way of exp(-|u|), which cannot overflow.
inline Vec times_sigmoid(Vec x, Vec u) {
  const Vec e = exp_nonpositive(-magnitude(u));
  return x * (u < Vec{} ? e : Vec{} + 1.0f) / (e + 1.0f);
}

inline Vec silu(Vec x) { return times_sigmoid(x, x); }

/// x (1 + tanh(u / 2)) / 2 = x / (1 + exp(-u)) with u = 2 sqrt(2 / pi) (x + 0.044715 x^3)
inline Vec gelu_tanh(Vec x) {
  const Vec cubic = multiply_add(broadcast(0.044715f) * x * x, x, x);
  return times_sigmoid(x, broadcast(1.5957691216f) * cubic);
}

/// x Phi(x). Phi(-a) = exp(-a^2 / 2) r(t) with t = 1 / (1 + 0.21 a), a = |x|; r is fitted to the smallest relative
/// error (0.23 units in the last place). a^2 is taken in two parts, since its rounding would be magnified by its size:
/// the square of the leading half of a's digits, which is exact, and the small rest.
inline Vec gelu(Vec x) {
  const Vec size = magnitude(x), most = broadcast(16.0f);  // beyond, Phi(-a) is 0
  const Vec a = size > most ? most : size;
  const Vec leading = reinterpret_cast<Vec>(reinterpret_cast<IntVec>(a) & 0xfffff000u);
  const Vec t = 1.0f / multiply_add(a, broadcast(0x1.ae147ap-3f), broadcast(1.0f));
  Vec r = broadcast(-0x1.270d1ep-4f);
  r = multiply_add(r, t, broadcast(0x1.244decp-2f));
  r = multiply_add(r, t, broadcast(-0x1.5635dep-2f));
  r = multiply_add(r, t, broadcast(0x1.6a87dcp-2f));
  r = multiply_add(r, t, broadcast(-0x1.8e51aap-4f));
  r = multiply_add(r, t, broadcast(0x1.02c684p-3f));
  r = multiply_add(r, t, broadcast(0x1.19c392p-4f));
  r = multiply_add(r, t, broadcast(0x1.5cb0a8p-4f));
  r = multiply_add(r, t, broadcast(0x1.56dde2p-4f)) * t;
  const Vec rest = (a - leading) * (a + leading);
  const Vec tail = exp_nonpositive(-0.5f * leading * leading) * exp_nonpositive(-0.5f * rest) * r;  // Phi(-a)
  return x * (x < Vec{} ? tail : 1.0f - tail);
}

/// Calls body(f) with the function itself, so that each loop has one inlined.
template <class Body>
inline void with_activation(Activation f, const Body& body) {
  switch (f) {
    case Activation::silu:
      return body([](Vec x) { return silu(x); });
    case Activation::gelu:
      return body([](Vec x) { return gelu(x); });
    case Activation::gelu_tanh:
      return body([](Vec x) { return gelu_tanh(x); });
  }
}

void activate(Activation f, const float* x, std::int64_t n, float* y) {
  with_activation(
      f, [=](auto of) { for_vectors(n, [=](std::int64_t i, auto get, auto put) { put(y + i, of(get(x + i))); }); });
}

void gated_activate(Activation f, const float* gate, const float* up, std::int64_t n, float* y) {
  with_activation(f, [=](auto of) {
    for_vectors(n, [=](std::int64_t i, auto get, auto put) { put(y + i, of(get(gate + i)) * get(up + i)); });
  });
}

void add(float* x, const float* y, std::int64_t n) {
  for_vectors(n, [=](std::int64_t i, auto get, auto put) { put(x + i, get(x + i) + get(y + i)); });
}

void exp(const float* x, std::int64_t n, float* y) {
  for_vectors(n, [=](std::int64_t i, auto get, auto put) { put(y + i, exp_nonpositive(get(x + i))); });
}

}  // namespace
}  // namespace partwise::cpu
