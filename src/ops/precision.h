// What products multiply.
#pragma once

#include <span>
#include <string_view>

namespace partwise {

/// Of the numbers that products multiply; their sums, and all else, are float32.
enum class Precision {
  f32,   // as they are
  bf16,  // rounded to bfloat16, to nearest, ties to even
};

constexpr std::string_view name(Precision precision) { return precision == Precision::bf16 ? "bf16" : "f32"; }

/// Rounds values in place to what products multiply.
void round_to(Precision precision, std::span<float> values);

}  // namespace partwise
