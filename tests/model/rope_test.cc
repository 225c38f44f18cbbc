#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "base/error.h"
#include "model/config.h"
#include "support/errors.h"

namespace partwise::internal {
namespace {

using ::testing::ContainsRegex;

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

TEST(Rope, AnUnknownScalingIsRefusedByNameAfterThoseThatAreKnown) {
  const Error error = test::error_of([] { rope_frequencies({.type = "ntk"}, 4); });
  EXPECT_EQ(error.code(), ErrorCode::bad_data);
  EXPECT_THAT(error.what(), ContainsRegex("default, linear, dynamic, llama3, yarn, longrope .*'ntk'"));
  EXPECT_THAT(error.refused_names(), testing::IsEmpty());
}

void expect_frequencies(const RopeConfig& rope, const std::vector<double>& expected) {
  const auto frequencies = rope_frequencies(rope, 2 * std::ssize(expected));
  for (std::size_t j = 0; j < expected.size(); ++j) EXPECT_NEAR(frequencies[j] / expected[j], 1, 1e-12) << j;
}

// transformers 5.24 in double precision: _compute_yarn_parameters of heads of 16, 16 and 8 columns.
TEST(Rope, YarnIsThatOfTransformers) {
  RopeConfig rope{.theta = 1e6, .type = "yarn", .factor = 4, .original_context = 32768};
  expect_frequencies(rope, {1.0, 0.17782794100389226, 0.03162277660168379, 0.004217559938927618, 0.0005,
                            4.445698525097307e-05, 7.905694150420949e-06, 1.4058533129758728e-06});
  rope = {.theta = 1e4, .type = "yarn", .factor = 8, .original_context = 512, .beta_fast = 16, .beta_slow = 2};
  rope.truncate = false;
  expect_frequencies(rope, {1.0, 0.31622776601683794, 0.07160846012284262, 0.007324997326294831, 0.00125,
                            0.00039528470752104737, 0.000125, 3.952847075210474e-05});
  expect_frequencies({.theta = 1e4, .type = "yarn", .factor = 4, .original_context = 16},
                     {1.0, 0.025, 0.0025, 0.00025});
}

TEST(Rope, YarnRaisesCosinesAndSinesByTheLogarithmOfItsFactor) {
  EXPECT_NEAR(yarn_attention_factor(4), 1.138629436111989, 1e-15);
  EXPECT_NEAR(yarn_attention_factor(8, 0.707) / yarn_attention_factor(8, 0.5), 1.0389905150739585, 1e-15);
  EXPECT_EQ(yarn_attention_factor(0.5), 1);
}

TEST(Rope, DynamicScalingIsNoneWithinTheContext) {
  EXPECT_EQ(rope_frequencies({.type = "dynamic"}, 8), rope_frequencies({.type = "default"}, 8));
}

}  // namespace
}  // namespace partwise::internal
