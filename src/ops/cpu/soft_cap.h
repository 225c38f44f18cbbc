// The cap on attention scores. Only for kernels_*.cc and attention_*.cc.
#pragma once

#include "ops/cpu/simd.h"

namespace partwise::internal::cpu {
namespace {

/// tanh(x) within two units in the last place; NaN stays NaN. Near zero x + x^3 p(x^2), p fitted to the smallest
/// relative error (Moshier, Cephes); else from exp(-2 |x|), which cannot overflow.
inline Vec hyperbolic_tangent(Vec x) {
  const Vec size = x < Vec{} ? -x : x, square = x * x;
  Vec p = broadcast(-5.70498872745e-3f);
  p = multiply_add(p, square, broadcast(2.06390887954e-2f));
  p = multiply_add(p, square, broadcast(-5.37397155531e-2f));
  p = multiply_add(p, square, broadcast(1.33314422036e-1f));
  p = multiply_add(p, square, broadcast(-3.33332819422e-1f));
  const Vec near = multiply_add(p * square, x, x);
  const Vec e = exp_nonpositive(-2.0f * size), far = (1.0f - e) / (1.0f + e);
  return size < broadcast(0.625f) ? near : (x < Vec{} ? -far : far);
}

/// cap * tanh(score / cap)
struct SoftCap {
  explicit SoftCap(float cap) : cap_(broadcast(cap)), inverse_(broadcast(1.0f / cap)) {}
  Vec operator()(Vec score) const { return cap_ * hyperbolic_tangent(score * inverse_); }

 private:
  Vec cap_, inverse_;
};

}  // namespace
}  // namespace partwise::internal::cpu
