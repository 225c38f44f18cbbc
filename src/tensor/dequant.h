// The kernels of dequantize(), one family of types per function.
#pragma once

#include <cstddef>
#include <cstdint>

#include "tensor/dtype.h"

namespace partwise::internal {

/// Expands `n_blocks` blocks at `blocks` to floats, with the values and the order of arithmetic of ggml.
using DequantizeBlocks = void (*)(const std::byte* blocks, std::int64_t n_blocks, float* out);

/// The kernel of a type; null if the type belongs to another family.
DequantizeBlocks plain_kernel(DType dtype);     // F32 F16 BF16 F64: one element a block
DequantizeBlocks legacy_kernel(DType dtype);    // Q8_0 Q4_0 Q4_1 Q5_0 Q5_1: 32 elements a block
DequantizeBlocks k_kernel(DType dtype);         // Q2_K Q3_K Q4_K Q5_K Q6_K: 256 elements a block
DequantizeBlocks codebook_kernel(DType dtype);  // IQ4_NL IQ4_XS MXFP4: numbers are places in a table

}  // namespace partwise::internal
