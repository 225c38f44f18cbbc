// Loops over one row. Sums run over a fixed number of lanes, and then over the lanes in a fixed order. Only for
// kernels_*.cc.
#pragma once

#include "ops/cpu/activations.h"

namespace partwise::internal::cpu {
namespace {

constexpr int kDoubles = kWidth / 2;

/// Sums N lanes by adding halves to each other: fewer additions wait for one another.
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

/// Calls body(i, load, store) with functions that read and write elements [i, i + kWidth), or fewer at the end.
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

/// Centring in double keeps the digits of rows that lie far from zero.
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

void activate(Activation f, const float* x, std::int64_t n, float* y) {
  with_activation(
      f, [=](auto of) { for_vectors(n, [=](std::int64_t i, auto get, auto put) { put(y + i, of(get(x + i))); }); });
}

void gated_activate(Activation f, const float* gate, const float* up, std::int64_t n, float* y) {
  with_gate(f, [=](auto of) {
    for_vectors(n, [=](std::int64_t i, auto get, auto put) { put(y + i, of(get(gate + i), get(up + i))); });
  });
}

void add(float* x, const float* y, std::int64_t n) {
  for_vectors(n, [=](std::int64_t i, auto get, auto put) { put(x + i, get(x + i) + get(y + i)); });
}

void exp(const float* x, std::int64_t n, float* y) {
  for_vectors(n, [=](std::int64_t i, auto get, auto put) { put(y + i, exp_nonpositive(get(x + i))); });
}

}  // namespace
}  // namespace partwise::internal::cpu
