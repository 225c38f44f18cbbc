#include "ops/precision.h"

#include "tensor/half.h"

namespace partwise::internal {

void round_to(Precision precision, std::span<float> values) {
  if (precision == Precision::f32) return;
  for (float& value : values) value = bf16_to_float(float_to_bf16(value));
}

}  // namespace partwise::internal
