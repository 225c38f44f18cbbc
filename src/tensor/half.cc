#include "tensor/half.h"

namespace partwise::internal {

namespace {

constexpr std::uint32_t kInfinity = 0x7f800000;

/// Drops the low `n` bits, rounding to nearest even; a carry runs into the exponent, as it should.
std::uint32_t round_off(std::uint32_t bits, int n) {
  const std::uint32_t half_less_one = (1u << (n - 1)) - 1;
  return (bits + half_less_one + (bits >> n & 1u)) >> n;
}

}  // namespace

std::uint16_t float_to_f16(float f) {
  const std::uint32_t bits = std::bit_cast<std::uint32_t>(f);
  const std::uint32_t sign = bits >> 16 & 0x8000u, magnitude = bits & 0x7fffffffu;
  std::uint32_t half;
  if (magnitude > kInfinity) {
    half = 0x7e00u | (magnitude >> 13 & 0x1ffu);
  } else if (magnitude >= 0x477ff000u) {  // 65520 and up round to infinity
    half = 0x7c00u;
  } else if (magnitude >= 0x38800000u) {  // 2^-14, the smallest normal
    half = round_off(magnitude - (112u << 23), 13);
  } else {  // at 0.5 a float's last bit is worth 2^-24, as a subnormal half's is: the addition rounds
    half = std::bit_cast<std::uint32_t>(std::bit_cast<float>(magnitude) + 0.5f) - std::bit_cast<std::uint32_t>(0.5f);
  }
  return static_cast<std::uint16_t>(sign | half);
}

}  // namespace partwise::internal
