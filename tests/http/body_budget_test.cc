#include "http/body_budget.h"

#include <gtest/gtest.h>

#include <optional>

namespace partwise::internal::http {
namespace {

TEST(BodyBudget, HoldsNoMoreThanItMay) {
  BodyBudget budget(10);
  HeldBytes a(budget), b(budget);
  EXPECT_TRUE(a.set(6));
  EXPECT_FALSE(b.set(5));
  EXPECT_TRUE(b.set(4)) << "what was refused is not held";
  EXPECT_FALSE(a.set(7));
  EXPECT_TRUE(a.set(5)) << "less than before";
  EXPECT_TRUE(b.set(5));
}

TEST(BodyBudget, WhatIsNotHeldAnyMoreLeavesRoom) {
  BodyBudget budget(10);
  std::optional<HeldBytes> a(budget);
  HeldBytes b(budget);
  EXPECT_TRUE(a->set(10));
  EXPECT_FALSE(b.set(1));
  a.reset();
  EXPECT_TRUE(b.set(10));
}

TEST(BodyBudget, CannotBeOverflown) {
  BodyBudget budget(10);
  HeldBytes a(budget), b(budget);
  EXPECT_TRUE(a.set(10));
  EXPECT_FALSE(b.set(std::uint64_t(-1) - 10));
  EXPECT_FALSE(b.set(std::uint64_t(-1)));
}

}  // namespace
}  // namespace partwise::internal::http
