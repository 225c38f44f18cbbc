#include "pass/routing.h"

#include <gtest/gtest.h>

#include <cmath>

namespace partwise::internal {
namespace {

/// The weights of row 0, zeros for experts that it does not choose.
std::vector<double> weights_of(const std::vector<float>& logits, std::int64_t n_used, bool normalised) {
  const auto n = static_cast<std::int64_t>(logits.size());
  const Routes routes =
      find_routes({logits.data(), 1, n, n}, {.n_experts = n, .n_used = n_used, .normalised = normalised});
  std::vector<double> weights;
  for (const auto& rows : routes) weights.push_back(rows.empty() ? 0 : double{rows[0].weight});
  return weights;
}

void expect_near(const std::vector<double>& found, const std::vector<double>& expected) {
  ASSERT_EQ(found.size(), expected.size());
  for (std::size_t i = 0; i < found.size(); ++i) EXPECT_NEAR(found[i], expected[i], 1e-7) << i;
}

TEST(Routes, WeighTheChosenByTheirShareOfAllOrOfThemselves) {
  const std::vector<float> logits = {std::log(1.0f), std::log(4.0f), std::log(2.0f), std::log(3.0f)};
  expect_near(weights_of(logits, 2, false), {0, 0.4, 0, 0.3});
  expect_near(weights_of(logits, 2, true), {0, 4 / 7.0, 0, 3 / 7.0});
  expect_near(weights_of(logits, 4, true), {0.1, 0.4, 0.2, 0.3});
}

TEST(Routes, TakeTheLowerOfTwoEqualExperts) {
  expect_near(weights_of({1, 3, 1, 3, 3}, 2, true), {0, 0.5, 0, 0.5, 0});
  expect_near(weights_of({7, 7, 7}, 1, true), {1, 0, 0});
}

TEST(Routes, CanHoldLogitsWhoseExponentialsCannotBeHeld) {
  expect_near(weights_of({5000, -5000, 4999}, 2, true),
              {1 / (1 + std::exp(-1.0)), 0, std::exp(-1.0) / (1 + std::exp(-1.0))});
}

TEST(Routes, ListRowsInOrder) {
  const std::vector<float> logits = {1, 0, 0, 1, 1, 0};
  const Routes routes = find_routes({logits.data(), 3, 2, 2}, {.n_experts = 2, .n_used = 1});
  ASSERT_EQ(routes[0].size(), 2u);
  EXPECT_EQ(routes[0][0].row, 0);
  EXPECT_EQ(routes[0][1].row, 2);
  ASSERT_EQ(routes[1].size(), 1u);
  EXPECT_EQ(routes[1][0].row, 1);
}

}  // namespace
}  // namespace partwise::internal
