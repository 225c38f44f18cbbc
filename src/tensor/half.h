// 16-bit floats.
#pragma once

#include <bit>
#include <cstdint>

namespace partwise {

inline float bf16_to_float(std::uint16_t h) { return std::bit_cast<float>(std::uint32_t{h} << 16); }

/// IEEE binary16, subnormals, infinities and NaN included.
float f16_to_float(std::uint16_t h);

/// Round to nearest even.
std::uint16_t float_to_bf16(float f);
std::uint16_t float_to_f16(float f);

}  // namespace partwise
