#include "report/text/text_table.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace partwise::internal {
namespace {

TEST(TextTable, AlignsByTheWidthOnTheScreen) {
  const std::vector<TextColumn> columns = {{true, {{"name"}, {"正面"}, {"né"}}}, {false, {{"n"}, {"10"}, {"7"}}}};
  EXPECT_EQ(text_table(columns, false),
            "  name   n\n"
            "  正面  10\n"
            "  né     7\n");
}

TEST(TextTable, PutsColumnsThatDoNotFitBelowBesideTheFirst) {
  const std::vector<TextColumn> columns = {
      {true, {{"name"}, {"one"}}}, {false, {{"a"}, {"1"}}}, {false, {{"bb"}, {"2"}}}, {false, {{"wider"}, {"3"}}}};
  const std::string whole = "  name  a  bb  wider\n  one   1   2      3\n";
  EXPECT_EQ(text_table(columns, false), whole);
  EXPECT_EQ(text_table(columns, false, 20), whole);
  EXPECT_EQ(text_table(columns, false, 19), "  name  a  bb\n  one   1   2\n\n  name  wider\n  one       3\n");
  EXPECT_EQ(text_table(columns, false, 1),
            "  name  a\n  one   1\n\n  name  bb\n  one    2\n\n  name  wider\n  one       3\n");
}

TEST(TextTable, EndsNoLineInSpaces) {
  const std::vector<TextColumn> columns = {
      {true, {{"a"}, {"long"}}}, {true, {{"long"}, {"b"}}}, {false, {{""}, {"3"}}}};
  EXPECT_EQ(text_table(columns, false), "  a     long\n  long  b     3\n");
}

TEST(TextTable, ColoursOnlyWhereAsked) {
  const std::vector<TextColumn> columns = {{true, {{"bold", "1"}, {"plain"}}}};
  EXPECT_EQ(text_table(columns, false), "  bold\n  plain\n");
  EXPECT_EQ(text_table(columns, true), "  \033[1mbold\033[0m\n  plain\n");
}

TEST(Folded, BreaksEachLineAtSpaces) {
  EXPECT_EQ(folded("one two three\nfour\n", 9), "one two\nthree\nfour\n");
  EXPECT_EQ(folded("one two", 7), "one two");
  EXPECT_EQ(folded("one two", 6), "one\ntwo");
  EXPECT_EQ(folded("longer than wide", 3), "longer\nthan\nwide");
  EXPECT_EQ(folded("正面 né x", 7), "正面 né\nx");
  EXPECT_EQ(folded("\na\n\nb", 7), "\na\n\nb");
}

TEST(Folded, KeepsLinesEasyToReadWhateverTheWidth) {
  const std::string word(60, 'a');
  for (const std::size_t width : {0, 500}) {
    EXPECT_EQ(folded(fmt::format("{} b", word), width), fmt::format("{} b", word));
    EXPECT_EQ(folded(fmt::format("{0} {0}", word), width), fmt::format("{0}\n{0}", word));
  }
}

TEST(DisplayWidth, CountsWideAndCombiningCharacters) {
  EXPECT_EQ(display_width("abc"), 3u);
  EXPECT_EQ(display_width("größer"), 6u);
  EXPECT_EQ(display_width("e\u0301"), 1u);
  EXPECT_EQ(display_width("日本"), 4u);
}

TEST(Shortened, KeepsWhatFits) {
  EXPECT_EQ(shortened("abcdef", 6), "abcdef");
  EXPECT_EQ(shortened("abcdefg", 6), "abcde…");
  EXPECT_EQ(shortened("日本語", 5), "日本…");
}

}  // namespace
}  // namespace partwise::internal
