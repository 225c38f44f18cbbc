// The functions between an MLP's two layers. The enumeration has its own header, so that the kernels can include it.
#pragma once

namespace partwise::internal {

enum class Activation {
  silu,       // x / (1 + exp(-x))
  gelu,       // x Phi(x), Phi the normal distribution: the exact gelu
  gelu_tanh,  // x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2
  /// Of a gated MLP alone: min(x, 7) sigmoid(1.702 min(x, 7)), times 1 + the gated input, which is kept within -7
  /// and 7.
  clamped_swiglu,
};

/// The two constants of clamped_swiglu (OpenAI, gpt-oss).
inline constexpr float kSwigluLimit = 7.0f, kSwigluAlpha = 1.702f;

}  // namespace partwise::internal
