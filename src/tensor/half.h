// 16-bit floats.
#pragma once

#include <bit>
#include <cstdint>

namespace partwise::internal {

inline float bf16_to_float(std::uint16_t h) { return std::bit_cast<float>(std::uint32_t{h} << 16); }

/// Converts IEEE binary16, subnormals, infinities and NaN included. It uses masks instead of branches, so that loops
/// vectorise.
inline float f16_to_float(std::uint16_t h) {
  constexpr std::uint32_t kExponentUnit = 1u << 23;
  const std::uint32_t magnitude = (h & 0x7fffu) << 13;  // exponent and fraction where a float has them
  const std::uint32_t is_special = -std::uint32_t{magnitude >= 31 * kExponentUnit};
  const std::uint32_t is_subnormal = -std::uint32_t{magnitude < kExponentUnit};
  // The exponent's bias grows by 112; infinity and NaN go from exponent 31 to 255.
  const std::uint32_t normal = magnitude + 112 * kExponentUnit + (is_special & 112 * kExponentUnit);
  // A fraction f without its leading one: (1 + f) 2^-14 - 2^-14, which is exact.
  const float shifted = std::bit_cast<float>(magnitude + 113 * kExponentUnit) - 0x1p-14f;
  const std::uint32_t subnormal = std::bit_cast<std::uint32_t>(shifted);
  const std::uint32_t bits = (normal & ~is_subnormal) | (subnormal & is_subnormal);
  return std::bit_cast<float>(bits | (h & 0x8000u) << 16);
}

/// Rounds to nearest, ties to even; a carry runs into the exponent, as it should. NaN stays NaN. The choice of the
/// result is no branch, so that loops vectorise.
inline std::uint16_t float_to_bf16(float f) {
  const std::uint32_t bits = std::bit_cast<std::uint32_t>(f);
  const std::uint32_t rounded = bits + 0x7fffu + (bits >> 16 & 1u), quiet = bits | 0x400000u;
  return static_cast<std::uint16_t>(((bits & 0x7fffffffu) > 0x7f800000u ? quiet : rounded) >> 16);
}

/// Rounds to nearest, ties to even.
std::uint16_t float_to_f16(float f);

}  // namespace partwise::internal
