// Element types of tensors in model files.
#pragma once

#include <cstdint>
#include <string_view>

namespace partwise::internal {

/// Plain types come first. Only the first four, which are floating-point, can be weights. Other plain types hold masks
/// or the quantised weights of other programs; only their names are known.
enum class DType {
  f32,
  f16,
  bf16,
  f64,
  i8,
  i16,
  i32,
  i64,
  u8,
  u16,
  u32,
  u64,
  boolean,
  f8_e4m3,
  f8_e5m2,
  f8_e8m0,
  q8_0,
  q4_0,
  q4_1,
  q5_0,
  q5_1,
  q2_k,
  q3_k,
  q4_k,
  q5_k,
  q6_k,
  iq4_nl,
  iq4_xs,
  mxfp4
};

/// Whether dequantize() accepts this type.
bool holds_weights(DType dtype);

/// Quantised types store blocks of `block_size` elements in `block_bytes` bytes. In plain types a block is one element.
struct DTypeInfo {
  std::string_view name;  // as GGUF and safetensors spell it: "F32", "Q4_K"
  std::int64_t block_size;
  std::int64_t block_bytes;
};

const DTypeInfo& dtype_info(DType dtype);

}  // namespace partwise::internal
