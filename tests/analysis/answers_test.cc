#include "analysis/answers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/runs.h"

namespace partwise::internal {
namespace {

using ::testing::ElementsAre;

// Three rows, one layer of one head, three labels.
internal::Run small_run() {
  internal::Run run = test::make_run(3, 1, 1, 3);
  const float heads[] = {1, 5, 2, /**/ 7, 7, 1, /**/ 0, -1, 4}, mlps[] = {3, 2, 1, /**/ 1, 2, 3, /**/ 0, 9, 0};
  std::copy(std::begin(heads), std::end(heads), run.parts.heads.data());
  std::copy(std::begin(mlps), std::end(mlps), run.parts.mlps.data());
  run.labels = {2, 1, 0};
  return run;
}

TEST(PartAnswers, AreTheLabelsThatPartsRaiseMostAndTheFirstOnTies) {
  const PartAnswers answers = part_answers(small_run(), {0, 1, 2});
  EXPECT_EQ(answers.n_components(), 2);
  EXPECT_THAT(answers.of(0), ElementsAre(1, 0, 2));
  EXPECT_THAT(answers.of(1), ElementsAre(0, 2, 1));
  EXPECT_THAT(answers.labels, ElementsAre(2, 1, 0));
}

TEST(PartAnswers, AreOfTheRowsAskedForThatHaveALabel) {
  internal::Run run = small_run();
  run.labels[0] = -1;
  const PartAnswers answers = part_answers(run, {2, 0, 1});
  EXPECT_THAT(answers.rows, ElementsAre(2, 1));
  EXPECT_THAT(answers.labels, ElementsAre(0, 1));
  EXPECT_THAT(answers.of(0), ElementsAre(2, 0));
  EXPECT_EQ(part_answers(run, {0}).n_rows(), 0);
}

}  // namespace
}  // namespace partwise::internal
