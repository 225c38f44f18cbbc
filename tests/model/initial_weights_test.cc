// Weights before training: their distribution, and that they are the same on every machine.
#include "model/initial_weights.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <vector>

namespace partwise::internal {
namespace {

// Quantiles of SciPy 1.11 (scipy.stats.norm.ppf).
TEST(NormalQuantile, IsThatOfTheNormalDistribution) {
  const std::vector<std::pair<double, double>> known = {{0.5, 0.0},
                                                        {0.6, 0.2533471031357997},
                                                        {0.075, -1.4395314709384563},
                                                        {0.92, 1.4050715603096329},
                                                        {0.975, 1.959963984540054},
                                                        {1e-5, -4.264890793922825},
                                                        {1e-12, -7.034483825301131},
                                                        {0x1p-54, -8.292361075813597}};
  for (const auto& [p, x] : known) EXPECT_NEAR(normal_quantile(p), x, 4e-15 * std::max(1.0, std::abs(x))) << p;
}

// The quantile's inverse is erfc's, over the whole range.
TEST(NormalQuantile, InvertsTheDistribution) {
  for (double p = 1e-14; p < 0.5; p *= 1.37)
    EXPECT_NEAR(std::erfc(-normal_quantile(p) / std::sqrt(2.0)) / 2 / p, 1, 2e-13) << p;
  for (const double p : {0x1p-30, 0x1p-4, 0.25}) EXPECT_EQ(normal_quantile(1 - p), -normal_quantile(p)) << p;
}

std::vector<float> values(std::uint64_t seed, std::string_view name, std::int64_t first, std::size_t n) {
  std::vector<float> out(n);
  initial_values(seed, name, {1000, 1000}, 0.02, first, out);
  return out;
}

TEST(InitialValues, MatricesAreNormalWithTheGivenDeviation) {
  const auto all = values(1, "blocks.0.attn.W_Q", 0, 1'000'000);
  double sum = 0, squares = 0, fourth = 0;
  for (const double x : all) {
    sum += x;
    squares += x * x;
    fourth += x * x * x * x;
  }
  const double n = 1e6, variance = squares / n;
  EXPECT_NEAR(sum / n, 0, 5 * 0.02 / std::sqrt(n));
  EXPECT_NEAR(variance / (0.02 * 0.02), 1, 5 * std::sqrt(2 / n));
  EXPECT_NEAR(fourth / n / (variance * variance), 3, 5 * std::sqrt(24 / n));
}

TEST(InitialValues, AnElementDependsOnSeedNameAndPlaceAlone) {
  const auto all = values(7, "embed.W_E", 0, 1000), middle = values(7, "embed.W_E", 400, 10);
  EXPECT_EQ(middle, std::vector<float>(all.begin() + 400, all.begin() + 410));
  EXPECT_NE(values(8, "embed.W_E", 0, 10), values(7, "embed.W_E", 0, 10));
  EXPECT_NE(values(7, "unembed.W_U", 0, 10), values(7, "embed.W_E", 0, 10));
}

TEST(InitialValues, NormsDoNothingAndBiasesAreZero) {
  std::vector<float> out(3, 9.0f);
  initial_values(1, "blocks.0.ln1.w", {3}, 0.02, 0, out);
  EXPECT_EQ(out, std::vector<float>(3, 1.0f));
  initial_values(1, "blocks.0.ln1.b", {3}, 0.02, 0, out);
  EXPECT_EQ(out, std::vector<float>(3, 0.0f));
}

// These values were drawn once. Every machine, compiler and number of threads must draw the same.
TEST(InitialValues, AreTheSameEverywhere) {
  const auto some = values(42, "blocks.3.mlp.W_in", 123'456, 4);
  const std::vector<float> expected = {-0x1.3846ac0000000p-5f, 0x1.f5d3200000000p-7f, 0x1.c5d8120000000p-9f,
                                       0x1.b8eeaa0000000p-6f};
  EXPECT_EQ(some, expected);
}

}  // namespace
}  // namespace partwise::internal
