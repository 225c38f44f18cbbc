// The precision of products.
#pragma once

#include <span>
#include <string_view>

namespace partwise::internal {

/// The precision of the numbers that products multiply. Sums of products are float32.
enum class Precision {
  f32,   // as they are
  bf16,  // rounded to bfloat16, to nearest, ties to even
};

constexpr std::string_view name(Precision precision) { return precision == Precision::bf16 ? "bf16" : "f32"; }

/// Rounds values in place, as products round their operands.
void round_to(Precision precision, std::span<float> values);

}  // namespace partwise::internal
