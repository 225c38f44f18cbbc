#include "tensor/tensor_view.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/error.h"
#include "tensor/dequant.h"

namespace partwise::internal {

namespace {

DequantizeBlocks kernel_of(DType dtype) {
  for (auto family : {plain_kernel, legacy_kernel, k_kernel, codebook_kernel}) {
    if (DequantizeBlocks kernel = family(dtype)) return kernel;
  }
  throw Error(ErrorCode::bad_data, fmt::format("a tensor of type {} holds no weights", dtype_info(dtype).name),
              "weights are floating-point or quantised");
}

/// Product of the axes. nullopt if it overflows or an axis is negative.
std::optional<std::int64_t> checked_count(const Shape& shape) {
  std::int64_t count = 1;
  bool overflows = false, has_zero = false;
  for (std::int64_t axis : shape) {
    if (axis < 0) return std::nullopt;
    has_zero |= axis == 0;
    overflows |= __builtin_mul_overflow(count, axis, &count);
  }
  if (has_zero) return 0;
  return overflows ? std::nullopt : std::optional(count);
}

}  // namespace

std::string to_string(const Shape& shape) { return fmt::format("[{}]", fmt::join(shape, ", ")); }

std::int64_t element_count(const Shape& shape) {
  if (const auto count = checked_count(shape)) return *count;
  throw Error(ErrorCode::bad_data, fmt::format("a tensor of the impossible shape {}", to_string(shape)));
}

std::optional<std::int64_t> byte_count(DType dtype, const Shape& shape) {
  const DTypeInfo& info = dtype_info(dtype);
  const std::int64_t n_columns = shape.empty() ? 1 : shape.back();
  const auto count = checked_count(shape);
  std::int64_t bytes = 0;
  if (!count || n_columns % info.block_size != 0) return std::nullopt;
  if (__builtin_mul_overflow(*count / info.block_size, info.block_bytes, &bytes)) return std::nullopt;
  return bytes;
}

void dequantize(const TensorView& tensor, std::int64_t first, std::span<float> out) {
  const DequantizeBlocks kernel = kernel_of(tensor.dtype);
  const DTypeInfo& info = dtype_info(tensor.dtype);
  const auto size = static_cast<std::int64_t>(out.size());
  check_internal(first >= 0 && first % info.block_size == 0 && size % info.block_size == 0,
                 "whole blocks are dequantised");
  const std::int64_t held = static_cast<std::int64_t>(tensor.bytes.size()) / info.block_bytes * info.block_size;
  check_internal(first <= held && size <= held - first, "what is dequantised lies in the tensor");
  if (out.empty()) return;  // there may be no bytes to point at
  kernel(tensor.bytes.data() + first / info.block_size * info.block_bytes, size / info.block_size, out.data());
}

}  // namespace partwise::internal
