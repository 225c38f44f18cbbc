// The norms of rows. An enumeration by itself, as ops/activation.h is.
#pragma once

namespace partwise {

enum class NormKind {
  rms,    // gain * x / rms(x)
  layer,  // gain * (x - mean(x)) / sd(x) + bias
};

}  // namespace partwise
