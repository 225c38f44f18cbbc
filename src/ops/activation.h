// The functions between an MLP's two layers. An enumeration by itself, so that the kernels can include it.
#pragma once

namespace partwise {

enum class Activation {
  silu,       // x / (1 + exp(-x))
  gelu,       // x Phi(x), Phi the normal distribution: the exact one
  gelu_tanh,  // x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2
};

}  // namespace partwise
