// The norms of rows. The enumeration has its own header, for the reason that ops/activation.h gives.
#pragma once

namespace partwise::internal {

enum class NormKind {
  rms,    // gain * x / rms(x)
  layer,  // gain * (x - mean(x)) / sd(x) + bias
};

}  // namespace partwise::internal
