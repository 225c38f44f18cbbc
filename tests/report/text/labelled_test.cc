#include "report/text/labelled.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "report/text/widest_line.h"

namespace partwise::internal {
namespace {

TEST(LabelledText, IsFoldedToTheTerminal) {
  const Expected expected{
      "committee", {10, 12, 10.0 / 12, 0.55, 0.95}, 0.05, {{"committee", {10, 12, 10.0 / 12, 0.55, 0.95}, 0.4, 0.05}}};
  for (const Expected& each : {expected, Expected{"committee", {}, 0, {}}})
    EXPECT_LE(test::widest_line(expected_text(each, false, 60)), 60u);
}

TEST(LabelledText, SaysThatNothingIsKnownWithoutHeldOutRows) {
  EXPECT_EQ(expected_text({"committee", {}, 0, {}}, false, 0),
            "no labelled row could be held out, so nobody knows how good the answers are: label more rows\n");
}

}  // namespace
}  // namespace partwise::internal
