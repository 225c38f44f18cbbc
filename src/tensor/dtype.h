// Element types of tensors in model files.
#pragma once

#include <cstdint>
#include <string_view>

namespace partwise {

enum class DType { f32, f16, bf16, f64, i8, i16, i32, i64, u8, q8_0, q4_0, q4_1, q5_0, q5_1, q4_k, q5_k, q6_k };

/// Quantised types store blocks: `block_size` elements in `block_bytes` bytes. Plain types are
/// blocks of one element.
struct DTypeInfo {
  std::string_view name;  // as GGUF and safetensors spell it: "F32", "Q4_K"
  std::int64_t block_size;
  std::int64_t block_bytes;
};

const DTypeInfo& dtype_info(DType dtype);

}  // namespace partwise
