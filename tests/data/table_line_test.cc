#include "data/table_line.h"

#include <gtest/gtest.h>

namespace partwise::internal {
namespace {

TEST(TableLine, CsvQuotesWhereItMust) {
  EXPECT_EQ(csv_line({"a", "b c", ""}), "a,b c,\n");
  EXPECT_EQ(csv_line({"a,b", "say \"no\"", "two\nlines"}), "\"a,b\",\"say \"\"no\"\"\",\"two\nlines\"\n");
}

TEST(TableLine, CsvHasOtherSeparatorsIfAsked) {
  EXPECT_EQ(csv_line({"a;b", "c,d", "e"}, ';'), "\"a;b\";\"c,d\";e\n");
  EXPECT_EQ(csv_line({"a|b", "c;d"}, '|'), "\"a|b\"|c;d\n");
}

TEST(TableLine, TsvHasNoTabsOrLineEndsInCells) {
  EXPECT_EQ(tsv_line({"a\tb", "two\r\nlines", "\"q\""}), "a b\ttwo  lines\t\"q\"\n");
}

}  // namespace
}  // namespace partwise::internal
