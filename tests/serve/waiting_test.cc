#include "serve/waiting.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>

namespace partwise::internal {
namespace {

using ::testing::ElementsAre;

/// A caller whose prompts are `beginning` and one more token each, which tells the caller.
std::shared_ptr<Caller> caller(std::int32_t name, std::size_t n, const PassKind& kind = {},
                               std::vector<std::int32_t> beginning = {1, 2, 3}) {
  std::vector<PromptIds> prompts;
  for (std::size_t i = 0; i < n; ++i) {
    prompts.push_back({beginning, {5, 6}});
    prompts.back().ids.push_back(name);
  }
  return std::make_shared<Caller>(kind, std::move(prompts));
}

/// Whose prompts these are, in order.
std::vector<std::int32_t> names(const SharedPass& pass) {
  std::vector<std::int32_t> names;
  for (const PromptIds& prompt : pass.prompts) names.push_back(prompt.ids.back());
  return names;
}

TEST(Waiting, EveryCallerHasAnEqualShare) {
  Waiting waiting;
  waiting.add(caller(1, 500));
  waiting.add(caller(2, 1));
  waiting.add(caller(3, 3));
  EXPECT_EQ(waiting.n_prompts(), 504u);
  const PassQueue::Options most{.most_prompts = 6};
  EXPECT_THAT(names(waiting.next(most)), ElementsAre(1, 2, 3, 1, 3, 1));
  EXPECT_THAT(names(waiting.next(most)), ElementsAre(1, 3, 1, 1, 1, 1));
  EXPECT_EQ(waiting.n_prompts(), 492u);
}

TEST(Waiting, TheKindThatHasWaitedLongestGoesFirst) {
  const PassKind other{.n_sources = 2};
  Waiting waiting;
  waiting.add(caller(1, 4));
  waiting.add(caller(2, 2, other));
  waiting.add(caller(3, 1));
  const PassQueue::Options most{.most_prompts = 3};
  EXPECT_THAT(names(waiting.next(most)), ElementsAre(1, 3, 1));
  waiting.add(caller(4, 1));
  const SharedPass second = waiting.next(most);
  EXPECT_EQ(second.kind, other);
  EXPECT_THAT(names(second), ElementsAre(2, 2));
  EXPECT_THAT(names(waiting.next(most)), ElementsAre(1, 4, 1));
  EXPECT_TRUE(waiting.empty());
}

TEST(Waiting, CountsTokensThatAreNotShared) {
  Waiting waiting;
  waiting.add(caller(1, 5, {}, std::vector<std::int32_t>(100, 7)));
  waiting.add(caller(2, 5, {}, std::vector<std::int32_t>(50, 8)));
  // 101 of the first, 51 of the second, then none: the prompts of a caller are the same.
  EXPECT_EQ(waiting.next({.most_prompts = 100, .most_tokens = 152}).prompts.size(), 10u);
  EXPECT_TRUE(waiting.empty());
}

TEST(Waiting, AnEmptyPassTakesAPromptOfAnyLengthAndOthersThatFit) {
  Waiting waiting;
  waiting.add(caller(1, 1, {}, std::vector<std::int32_t>(100, 7)));
  waiting.add(caller(2, 1, {}, std::vector<std::int32_t>(200, 8)));
  waiting.add(caller(3, 1, {}, {9}));
  EXPECT_THAT(names(waiting.next({.most_prompts = 100, .most_tokens = 103})), ElementsAre(1, 3));
  EXPECT_THAT(names(waiting.next({.most_prompts = 100, .most_tokens = 103})), ElementsAre(2));
}

TEST(Waiting, ForgetsWhoLeaves) {
  Waiting waiting;
  const auto one = caller(1, 2);
  waiting.add(one);
  waiting.remove(*one);
  EXPECT_TRUE(waiting.empty());
}

}  // namespace
}  // namespace partwise::internal
