// The activations of an MLP on one vector. Only for kernels_*.cc and products_*.cc.
#pragma once

#include "ops/activation.h"
#include "ops/cpu/simd.h"

namespace partwise::internal::cpu {
namespace {

inline Vec magnitude(Vec x) { return x < Vec{} ? -x : x; }

/// x / (1 + exp(-u)), computed from exp(-|u|), which cannot overflow.
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
/// error (0.23 units in the last place). a^2 is computed in two parts, since exp would magnify its rounding error: the
/// square of the leading half of a's digits, which is exact, and the small rest.
inline Vec gelu(Vec x) {
  const Vec size = magnitude(x), most = broadcast(16.0f);  // above this, Phi(-a) is 0
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

/// NaN stays NaN.
inline Vec clamped_swiglu(Vec gate, Vec in) {
  const Vec most = broadcast(kSwigluLimit), least = broadcast(-kSwigluLimit);
  const Vec g = gate > most ? most : gate, below = in > most ? most : in, u = below < least ? least : below;
  return times_sigmoid(g, broadcast(kSwigluAlpha) * g) * (u + 1.0f);
}

/// Calls body with the function itself, so that each loop has it inlined.
template <class Body>
inline void with_activation(Activation f, const Body& body) {
  switch (f) {
    case Activation::silu:
      return body([](Vec x) { return silu(x); });
    case Activation::gelu:
      return body([](Vec x) { return gelu(x); });
    case Activation::gelu_tanh:
      return body([](Vec x) { return gelu_tanh(x); });
    case Activation::clamped_swiglu:
      break;  // of gated MLPs alone
  }
}

/// Calls body with the function of gate and gated input.
template <class Body>
inline void with_gate(Activation f, const Body& body) {
  if (f == Activation::clamped_swiglu) return body([](Vec gate, Vec in) { return clamped_swiglu(gate, in); });
  with_activation(f, [&](auto of) { body([of](Vec gate, Vec in) { return of(gate) * in; }); });
}

}  // namespace
}  // namespace partwise::internal::cpu
