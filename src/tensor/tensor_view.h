// A tensor that somebody else owns: usually bytes of a mapped file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "tensor/dtype.h"

namespace partwise::internal {

using Shape = std::vector<std::int64_t>;  // outermost axis first (C order)

/// "[576, 1536]"
std::string to_string(const Shape& shape);
/// Product of the axes; 1 for a scalar. Errors: bad_data on overflow or a negative axis.
std::int64_t element_count(const Shape& shape);
/// The number of bytes that a tensor takes. nullopt if it overflows, if an axis is negative, or if rows are not whole
/// blocks.
std::optional<std::int64_t> byte_count(DType dtype, const Shape& shape);

struct TensorView {
  DType dtype = DType::f32;
  Shape shape;                       // C order, also for GGUF, whose files list the innermost axis first
  std::span<const std::byte> bytes;  // exactly as many as dtype and shape need; checked by the reader that made it
};

/// Writes elements [first, first + out.size()) of the flattened tensor as float32. `first` and the
/// size are multiples of the type's block size. Values are those of ggml's and of IEEE conversion,
/// bit for bit. Errors: bad_data for types that hold no weights.
void dequantize(const TensorView& tensor, std::int64_t first, std::span<float> out);

}  // namespace partwise::internal
