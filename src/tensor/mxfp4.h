// Weights in MXFP4 (OCP Microscaling Formats, 1.0) as OpenAI publishes them: the numbers in one tensor, the scales in
// another. GGUF files have both in one (DType::mxfp4).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace partwise::internal {

/// How many neighbours share a scale.
constexpr std::int64_t kMxfp4Block = 32;

/// Writes elements [first, first + out.size()), whole blocks. Byte j of a block's 16 holds element 2j in its low half
/// and element 2j + 1 in its high half. A scale is 2^(byte - 127).
void dequantize_mxfp4(std::span<const std::byte> blocks, std::span<const std::byte> scales, std::int64_t first,
                      std::span<float> out);

}  // namespace partwise::internal
