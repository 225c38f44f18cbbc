// The functions between an MLP's two layers. The enumeration has its own header, so that the kernels can include it.
#pragma once

namespace partwise::internal {

enum class Activation {
  silu,       // x / (1 + exp(-x))
  gelu,       // x Phi(x), Phi the normal distribution: the exact gelu
  gelu_tanh,  // x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2
};

}  // namespace partwise::internal
