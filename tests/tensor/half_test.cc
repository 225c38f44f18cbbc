#include "tensor/half.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace partwise::internal {
namespace {

/// The definition of binary16: sign, 5 bits of exponent with bias 15, 10 of fraction.
double defined_value(std::uint16_t h) {
  const int exponent = h >> 10 & 31, fraction = h & 1023;
  const double sign = h & 0x8000 ? -1 : 1;
  if (exponent == 31) return fraction ? std::nan("") : sign * std::numeric_limits<double>::infinity();
  if (exponent == 0) return sign * std::ldexp(fraction, -24);
  return sign * std::ldexp(1024 + fraction, exponent - 25);
}

TEST(Float16, EveryHalfHasItsDefinedValue) {
  for (std::uint32_t h = 0; h <= 0xffff; ++h) {
    const float value = f16_to_float(static_cast<std::uint16_t>(h));
    const double expected = defined_value(static_cast<std::uint16_t>(h));
    if (std::isnan(expected)) {
      ASSERT_TRUE(std::isnan(value)) << h;
    } else {
      ASSERT_EQ(value, expected) << h;
    }
    ASSERT_EQ(std::signbit(value), (h & 0x8000) != 0) << h;
  }
}

TEST(Float16, EveryHalfSurvivesARoundTrip) {
  for (std::uint32_t h = 0; h <= 0xffff; ++h) {
    const float value = f16_to_float(static_cast<std::uint16_t>(h));
    const std::uint16_t back = float_to_f16(value);
    if (std::isnan(value)) {
      ASSERT_TRUE(std::isnan(f16_to_float(back))) << h;
    } else {
      ASSERT_EQ(back, h);
    }
  }
}

/// Halfway between two neighbours, the even one wins. A tiny bit beside that, the nearer one wins.
TEST(Float16, RoundsToNearestEvenBetweenAllNeighbours) {
  for (std::uint32_t h = 0; h < 0x7bff; ++h) {
    const float low = f16_to_float(static_cast<std::uint16_t>(h)),
                high = f16_to_float(static_cast<std::uint16_t>(h + 1));
    const float middle = low + (high - low) / 2;
    ASSERT_EQ(float_to_f16(middle), h % 2 == 0 ? h : h + 1);
    ASSERT_EQ(float_to_f16(std::nextafter(middle, low)), h);
    ASSERT_EQ(float_to_f16(std::nextafter(middle, high)), h + 1);
    ASSERT_EQ(float_to_f16(-std::nextafter(middle, high)), 0x8000 | (h + 1));
  }
}

TEST(Float16, Extremes) {
  EXPECT_EQ(float_to_f16(65504.0f), 0x7bff);
  EXPECT_EQ(float_to_f16(std::nextafter(65520.0f, 0.0f)), 0x7bff);
  EXPECT_EQ(float_to_f16(65520.0f), 0x7c00);
  EXPECT_EQ(float_to_f16(-1e30f), 0xfc00);
  EXPECT_EQ(float_to_f16(1e-30f), 0x0000);
  EXPECT_EQ(float_to_f16(-0.0f), 0x8000);
  EXPECT_EQ(float_to_f16(1.0f), 0x3c00);
}

TEST(Bfloat16, IsTheUpperHalfOfAFloat) {
  EXPECT_EQ(bf16_to_float(0x3f80), 1.0f);
  EXPECT_EQ(bf16_to_float(0xc049), -3.140625f);
  EXPECT_TRUE(std::isinf(bf16_to_float(0x7f80)));
  EXPECT_TRUE(std::isnan(bf16_to_float(0x7fc0)));
}

TEST(Bfloat16, RoundsToNearestEven) {
  for (std::uint32_t h = 0; h < 0x7f7f; h += 7) {
    const std::uint16_t even = static_cast<std::uint16_t>(h % 2 == 0 ? h : h + 1);
    const float middle = std::bit_cast<float>(h << 16 | 0x8000u);
    ASSERT_EQ(float_to_bf16(middle), even);
    ASSERT_EQ(float_to_bf16(std::bit_cast<float>(h << 16 | 0x7fffu)), h);
    ASSERT_EQ(float_to_bf16(std::bit_cast<float>(h << 16 | 0x8001u)), h + 1);
  }
  EXPECT_EQ(float_to_bf16(std::numeric_limits<float>::max()), 0x7f80);
  EXPECT_EQ(float_to_bf16(-std::numeric_limits<float>::infinity()), 0xff80);
  EXPECT_TRUE(std::isnan(bf16_to_float(float_to_bf16(std::bit_cast<float>(0x7f800001u)))));
}

TEST(Bfloat16, AllValuesSurviveARoundTrip) {
  for (std::uint32_t h = 0; h <= 0xffff; ++h) {
    const float value = bf16_to_float(static_cast<std::uint16_t>(h));
    if (!std::isnan(value)) {
      ASSERT_EQ(float_to_bf16(value), h);
    }
  }
}

}  // namespace
}  // namespace partwise::internal
