#include "decompose/contributions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "support/runs.h"

namespace partwise::internal {
namespace {

using ::testing::ElementsAre;

TEST(ComponentNames, AreLayerAndHeadOrMlp) {
  EXPECT_EQ(component_name({5, 3}), "L5H3");
  EXPECT_EQ(component_name({12, -1}), "L12MLP");
}

TEST(ComponentOrder, IsHeadsLayerByLayerThenMlps) {
  std::vector<std::string> names;
  for (std::int64_t c = 0; c < 6; ++c) names.push_back(component_name(component_at(c, 2, 2)));
  EXPECT_THAT(names, ElementsAre("L0H0", "L0H1", "L1H0", "L1H1", "L0MLP", "L1MLP"));
  for (std::int64_t c = 0; c < 6; ++c) EXPECT_EQ(component_index(component_at(c, 2, 2), 2, 2), c);
  EXPECT_THROW(component_at(6, 2, 2), Error);
  EXPECT_THROW(component_at(-1, 2, 2), Error);
}

TEST(ComponentLogits, PointIntoTheTensorOfTheirKind) {
  const internal::Run run = test::make_run(3, 2, 2, 4);
  EXPECT_EQ(component_logits(run.parts, 2, 3), &run.parts.heads(2, 1, 1, 0));
  EXPECT_EQ(component_logits(run.parts, 2, 5), &run.parts.mlps(2, 1, 0));
}

TEST(LabelWords, AreNumbersWhereTheRunDoesNotSay) {
  internal::Run run = test::make_run(3, 1, 1, 3);
  EXPECT_THAT(run.label_words(), ElementsAre("0", "1", "2"));
  run.info.entries["label_words"] = R"(["good", "so \"so\"", "bad"])";
  EXPECT_THAT(run.label_words(), ElementsAre("good", "so \"so\"", "bad"));
}

TEST(LabelWords, RefusesAListThatIsNotOneStringForEachLabel) {
  internal::Run run = test::make_run(3, 1, 1, 3);
  for (const char* words : {"", "[", "[\"a\", \"b\"]", "[\"a\", \"b\", 3]", "{\"a\": 1}", "\"abc\""}) {
    run.info.entries["label_words"] = words;
    EXPECT_THROW(run.label_words(), Error) << words;
  }
}

TEST(Rows, AreAllWithoutASplitAndToldApartByIt) {
  internal::Run run = test::make_run(4, 1, 1, 2);
  EXPECT_THAT(pool_rows(run), ElementsAre(0, 1, 2, 3));
  EXPECT_THAT(test_rows(run), ElementsAre(0, 1, 2, 3));
  run.split = {Split::pool, Split::test, Split::test, Split::pool};
  EXPECT_THAT(pool_rows(run), ElementsAre(0, 3));
  EXPECT_THAT(test_rows(run), ElementsAre(1, 2));
}

TEST(SelectRows, TakesEveryTensorInTheOrderGiven) {
  internal::Run run = test::make_run(5, 2, 3, 2);
  run.split = {Split::pool, Split::pool, Split::test, Split::test, Split::test};
  const internal::Run some = select_rows(run, {4, 1});
  ASSERT_EQ(some.parts.n_examples(), 2);
  EXPECT_THAT(some.labels, ElementsAre(0, 1));
  EXPECT_THAT(some.split, ElementsAre(Split::test, Split::pool));
  EXPECT_EQ(some.info.entries, run.info.entries);
  for (std::int64_t y = 0; y < 2; ++y) {
    EXPECT_EQ(some.parts.heads(0, 1, 2, y), run.parts.heads(4, 1, 2, y));
    EXPECT_EQ(some.parts.mlps(1, 1, y), run.parts.mlps(1, 1, y));
    EXPECT_EQ(some.parts.embed(0, y), run.parts.embed(4, y));
    EXPECT_EQ(some.parts.bias(1, y), run.parts.bias(1, y));
    EXPECT_EQ(some.parts.logits(0, y), run.parts.logits(4, y));
  }
  EXPECT_EQ(some.parts.certificate(0), run.parts.certificate(4));
}

TEST(SelectRows, TakesHiddenAndZOfTheirOwnRows) {
  internal::Run run = test::make_run(3, 1, 1, 2);
  run.parts.hidden = Array<float>({2, 1});  // the second prompt has none
  run.parts.hidden(0, 0) = 5;
  run.parts.hidden(1, 0) = 7;
  const Contributions last = select_rows(run.parts, {2}, {1});
  EXPECT_EQ(last.heads(0, 0, 0, 0), run.parts.heads(2, 0, 0, 0));
  EXPECT_EQ(last.hidden(0, 0), 7);
  EXPECT_TRUE(select_rows(run.parts, {1}, {}).hidden.empty());
}

TEST(SelectRows, LeavesAbsentTensorsAbsent) {
  internal::Run run = test::make_run(3, 1, 1, 2);
  run.parts.embed = run.parts.bias = run.parts.certificate = {};
  const internal::Run some = select_rows(run, {0});
  EXPECT_TRUE(some.parts.embed.empty() && some.parts.bias.empty() && some.parts.certificate.empty());
  EXPECT_TRUE(some.split.empty());
  EXPECT_THROW(select_rows(run, {3}), Error);
}

}  // namespace
}  // namespace partwise::internal
