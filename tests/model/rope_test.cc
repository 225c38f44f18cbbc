#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "base/error.h"
#include "model/config.h"

namespace partwise {
namespace {

TEST(Rope, PlainFrequenciesArePowersOfTheBase) {
  const auto f = rope_frequencies({.theta = 10000.0}, 8);
  ASSERT_EQ(f.size(), 4u);
  EXPECT_DOUBLE_EQ(f[0], 1.0);
  EXPECT_NEAR(f[1], 0.1, 1e-15);
  EXPECT_NEAR(f[2], 0.01, 1e-16);
  EXPECT_NEAR(f[3], 0.001, 1e-17);
}

TEST(Rope, LinearScalingDividesPositions) {
  const auto f = rope_frequencies({.theta = 10000.0, .type = "linear", .factor = 4.0}, 4);
  EXPECT_DOUBLE_EQ(f[0], 0.25);
  EXPECT_NEAR(f[1], 0.0025, 1e-17);
}

// Wavelengths below original / high stay, above original / low are slowed by the factor, between are blended.
TEST(Rope, Llama3ScalingGoesByWavelength) {
  RopeConfig rope{.theta = 500000.0,
                  .type = "llama3",
                  .factor = 8.0,
                  .low_freq_factor = 1.0,
                  .high_freq_factor = 4.0,
                  .original_context = 8192};
  const auto scaled = rope_frequencies(rope, 128);
  rope.type = "default";
  const auto plain = rope_frequencies(rope, 128);
  int kept = 0, slowed = 0, blended = 0;
  for (std::size_t j = 0; j < plain.size(); ++j) {
    const double wavelength = 2 * std::numbers::pi / plain[j];
    if (wavelength < 2048) {
      ++kept;
      EXPECT_DOUBLE_EQ(scaled[j], plain[j]);
    } else if (wavelength > 8192) {
      ++slowed;
      EXPECT_DOUBLE_EQ(scaled[j], plain[j] / 8);
    } else {
      ++blended;
      const double smooth = (8192 / wavelength - 1) / 3;
      EXPECT_NEAR(scaled[j], (1 - smooth) * plain[j] / 8 + smooth * plain[j], 1e-15);
    }
  }
  EXPECT_GT(kept, 0);
  EXPECT_GT(slowed, 0);
  EXPECT_GT(blended, 0);
}

TEST(Rope, DivisorsDivide) {
  const auto f = rope_frequencies({.theta = 10000.0, .divisors = {1.0f, 8.0f}}, 4);
  EXPECT_DOUBLE_EQ(f[0], 1.0);
  EXPECT_NEAR(f[1], 0.01 / 8, 1e-17);
}

TEST(Rope, SettingsThatMakeNoAngleAreRefused) {
  RopeConfig zero_divisor{.theta = 10000.0};
  zero_divisor.divisors = {1.0f, 0.0f};
  for (const RopeConfig& rope : {RopeConfig{.theta = 0.0}, RopeConfig{.theta = -3.0},
                                 RopeConfig{.theta = 10000.0, .type = "linear", .factor = 0.0}, zero_divisor}) {
    EXPECT_THROW(rope_frequencies(rope, 4), Error) << rope.theta;
  }
}

TEST(Rope, AnUnknownScalingIsRefusedByName) {
  try {
    rope_frequencies({.type = "yarn"}, 4);
    FAIL();
  } catch (const Error& e) {
    EXPECT_EQ(e.code(), ErrorCode::bad_data);
    EXPECT_NE(std::string(e.what()).find("yarn"), std::string::npos);
  }
}

}  // namespace
}  // namespace partwise
