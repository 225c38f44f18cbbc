#include "session/token_choice.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace partwise::internal {
namespace {

const std::vector<float> kLogits = {0.5f, 2.0f, -1.0f, 1.5f, -std::numeric_limits<float>::infinity()};

/// How often each token is drawn.
std::vector<double> shares(const Sampling& sampling, int n) {
  std::vector<double> counts(kLogits.size());
  Random random(sampling.seed);
  for (int i = 0; i < n; ++i) ++counts[static_cast<std::size_t>(draw_token(kLogits, sampling, random))];
  for (double& count : counts) count /= n;
  return counts;
}

TEST(TokenChoice, DrawsByProbability) {
  for (const double temperature : {0.5, 1.0, 3.0}) {
    const auto drawn = shares({.temperature = temperature, .seed = 7}, 20'000);
    double sum = 0;
    for (float logit : kLogits) sum += std::exp(logit / temperature);
    for (std::size_t v = 0; v < kLogits.size(); ++v)
      EXPECT_NEAR(drawn[v], std::exp(kLogits[v] / temperature) / sum, 0.015) << v << " at " << temperature;
  }
}

TEST(TokenChoice, DrawsOnlyOfTheMostProbable) {
  const auto drawn = shares({.temperature = 1, .top_p = 0.8, .seed = 1}, 5'000);  // p(1) = .53, p(3) = .32
  EXPECT_GT(drawn[1], 0.55);
  EXPECT_GT(drawn[3], 0.3);
  EXPECT_EQ(drawn[0] + drawn[2] + drawn[4], 0);
  const auto first = shares({.temperature = 1, .top_p = 0.1, .seed = 1}, 100);
  EXPECT_EQ(first[1], 1);
}

TEST(TokenChoice, IsTheSameForTheSameSeed) {
  const auto draws = [](std::uint64_t seed) {
    Random random(seed);
    std::vector<std::int32_t> ids;
    for (int i = 0; i < 50; ++i) ids.push_back(draw_token(kLogits, {.temperature = 1}, random));
    return ids;
  };
  EXPECT_EQ(draws(3), draws(3));
  EXPECT_NE(draws(3), draws(4));
}

}  // namespace
}  // namespace partwise::internal
