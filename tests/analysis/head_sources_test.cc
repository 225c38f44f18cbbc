#include "analysis/head_sources.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "support/errors.h"
#include "support/runs.h"

namespace partwise::internal {
namespace {

using ::testing::HasSubstr;

/// One row, one head, two labels. Its three sources are the label word of demo0 (label 1), an instruction and the
/// input.
internal::Run one_head(const std::vector<float>& by_source) {
  internal::Run run = test::make_run(1, 1, 1, 2);
  run.parts.heads(0, 0, 0, 0) = by_source[0] + by_source[2] + by_source[4];
  run.parts.heads(0, 0, 0, 1) = by_source[1] + by_source[3] + by_source[5];
  run.parts.by_source = Array<float>({1, 1, 1, 3, 2});
  std::copy(by_source.begin(), by_source.end(), run.parts.by_source.data());
  run.info.entries["sources"] = R"(["demo0_label", "instruction", "input"])";
  run.info.entries["demonstration_labels"] = "[1]";
  return run;
}

TEST(HeadSources, SplitThePushToTheHeadsOwnAnswer) {
  const HeadSources head = head_sources(one_head({1, 4, 0, 1, 2, 1}), {0})[0];  // sums 3 and 6: its answer is 1
  EXPECT_DOUBLE_EQ(head.push, 3);
  EXPECT_DOUBLE_EQ(head.same_label, 3);
  EXPECT_DOUBLE_EQ(head.other_label, 0);
  EXPECT_DOUBLE_EQ(head.rest, 1);
  EXPECT_DOUBLE_EQ(head.input, -1);
  EXPECT_DOUBLE_EQ(head.copying, 3);
}

TEST(HeadSources, OfTheOtherAnswerComeFromOtherLabels) {
  const HeadSources head = head_sources(one_head({1, 4, 9, 1, 2, 1}), {0})[0];  // sums 12 and 6: its answer is 0
  EXPECT_DOUBLE_EQ(head.push, 6);
  EXPECT_DOUBLE_EQ(head.same_label, 0);
  EXPECT_DOUBLE_EQ(head.other_label, -3);
  EXPECT_DOUBLE_EQ(head.copying, 3);  // it still raises the label that it sees
}

TEST(HeadSources, NeedARunThatWasSplit) {
  internal::Run run = one_head({1, 4, 0, 1, 2, 1});
  run.info.entries["demonstration_labels"] = "[]";
  EXPECT_THAT(test::error_of([&] { head_sources(run, {0}); }).what(), HasSubstr("which label demo0_label has"));
  run.info.entries["demonstration_labels"] = "[7]";
  EXPECT_EQ(test::error_of([&] { head_sources(run, {0}); }).code(), ErrorCode::bad_data);
  run.info.entries["sources"] = R"(["input"])";
  EXPECT_EQ(test::error_of([&] { head_sources(run, {0}); }).code(), ErrorCode::bad_data);
  run.parts.by_source = {};
  EXPECT_THAT(test::error_of([&] { head_sources(run, {0}); }).remedies(),
              testing::ElementsAre(Remedy(Setting::by_source, "", Step::decompose)));
}

}  // namespace
}  // namespace partwise::internal
