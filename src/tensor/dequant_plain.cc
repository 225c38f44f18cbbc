#include <cstring>

#include "tensor/dequant.h"
#include "tensor/half.h"

namespace partwise::internal {

namespace {

void copy_f32(const std::byte* blocks, std::int64_t n, float* out) {
  std::memcpy(out, blocks, static_cast<std::size_t>(n) * sizeof(float));
}

/// Tensors in files may have any alignment, so every element is copied.
template <class Stored, float (*convert)(Stored)>
void convert_all(const std::byte* blocks, std::int64_t n, float* out) {
  for (std::int64_t i = 0; i < n; ++i) {
    Stored stored;
    std::memcpy(&stored, blocks + i * static_cast<std::int64_t>(sizeof stored), sizeof stored);
    out[i] = convert(stored);
  }
}

float f64_to_float(double value) { return static_cast<float>(value); }

}  // namespace

DequantizeBlocks plain_kernel(DType dtype) {
  switch (dtype) {
    case DType::f32:
      return copy_f32;
    case DType::f16:
      return convert_all<std::uint16_t, f16_to_float>;
    case DType::bf16:
      return convert_all<std::uint16_t, bf16_to_float>;
    case DType::f64:
      return convert_all<double, f64_to_float>;
    default:
      return nullptr;
  }
}

}  // namespace partwise::internal
