#include "session/answer.h"

#include <gtest/gtest.h>

#include <cmath>

#include "support/runs.h"

namespace partwise::internal {
namespace {

TEST(AnswerOf, IsTheLabelWithTheHighestScoreAndItsSoftmax) {
  internal::Run run = test::make_run(1, 1, 1, 3);
  run.parts.logits(0, 0) = 1;
  run.parts.logits(0, 1) = 3;
  run.parts.logits(0, 2) = 3;
  ReaderFile reader;
  reader.reader = make_reader("full");
  reader.label_words = {"a", "b", "c"};
  const Answer answer = answer_of(reader, run.parts, 0);
  EXPECT_EQ(answer.label, 1u);  // the first of two
  ASSERT_EQ(answer.probabilities.size(), 3u);
  EXPECT_NEAR(answer.probabilities[0], 1 / (1 + 2 * std::exp(2.0)), 1e-12);
  EXPECT_DOUBLE_EQ(answer.probabilities[1], answer.probabilities[2]);
}

}  // namespace
}  // namespace partwise::internal
