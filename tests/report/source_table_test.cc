#include "report/source_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json.h"
#include "report/data/sources.h"
#include "report/html/sources.h"
#include "report/text/sources.h"

namespace partwise::internal {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

/// Two heads and an MLP. Head 1 copies more than head 0, head 0 is more accurate, and the MLP is the most accurate.
ReportInput split_input() {
  ReportInput input;
  input.analysis.components.resize(3);
  input.analysis.components[0] = {{0, 0}, wilson(3, 4)};
  input.analysis.components[1] = {{0, 1}, wilson(1, 4)};
  input.analysis.components[2] = {{0, -1}, wilson(4, 4)};
  input.sources = {{.component = 0, .push = 0.5, .copying = -0.25},
                   {.component = 1, .push = 1, .input = 1, .copying = 2}};
  return input;
}

TEST(SourceTable, HasTheHeadsThatCopyMostAndTheBestHeads) {
  const SourceTable table = source_table(split_input(), 8);
  ASSERT_EQ(table.copying.size(), 2u);
  EXPECT_THAT(table.copying[0],
              ElementsAre("L0H1", "25.0 %", "+2.000", "+1.000", "+0.000", "+0.000", "+0.000", "+1.000", "+0.000"));
  EXPECT_EQ(table.columns.size(), table.copying[0].size());
  ASSERT_EQ(table.best.size(), 2u);  // no MLP
  EXPECT_EQ(table.best[0][0], "L0H0");
}

TEST(SourceTable, HasNoMoreHeadsThanAsked) {
  const SourceTable table = source_table(split_input(), 1);
  EXPECT_EQ(table.copying.size(), 1u);
  EXPECT_EQ(table.best.size(), 1u);
}

TEST(Sources, AreInEveryMedium) {
  const ReportInput input = split_input();
  EXPECT_THAT(sources_text(input, {.n_parts = 1}), HasSubstr("  L0H1    25.0 %   +2.000  +1.000"));
  EXPECT_THAT(sources_section(input), HasSubstr("<tr><td>L0H1</td><td>25.0 %</td><td>+2.000</td>"));
  EXPECT_EQ(sources_json(input)[1]["copying"], 2);
}

TEST(Sources, AreLeftOutIfTheRunWasNotSplit) {
  EXPECT_EQ(sources_text({}, {}), "");
  EXPECT_EQ(sources_section({}), "");
  EXPECT_EQ(sources_json({}), nullptr);
}

}  // namespace
}  // namespace partwise::internal
