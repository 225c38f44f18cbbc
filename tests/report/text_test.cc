#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "report/input.h"
#include "report/text/run.h"
#include "report/text/text_table.h"

namespace partwise {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(TextTable, AlignsByTheWidthOnTheScreen) {
  const std::vector<TextColumn> columns = {{true, {{"name"}, {"正面"}, {"né"}}}, {false, {{"n"}, {"10"}, {"7"}}}};
  EXPECT_EQ(text_table(columns, false),
            "  name   n\n"
            "  正面  10\n"
            "  né     7\n");
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

TEST(TextReport, GivesReadersAndParts) {
  const ReportInput input = test::report_input();
  const std::string text = text_report(input, {.n_parts = 2});
  for (const char* words : {"Full model", "CompRW", "Best parts", "Worst parts", "Most label-biased parts", "word2",
                            "9 parts read alone, over 30 rows", "Certificate"}) {
    EXPECT_THAT(text, HasSubstr(words));
  }
  const ComponentStats& best = input.analysis.components[static_cast<std::size_t>(input.analysis.best(1)[0])];
  const std::string first = text.substr(text.find("  " + component_name(best.component)));
  EXPECT_THAT(first.substr(0, first.find('\n')), HasSubstr(fmt::format("{:.1f} %", 100 * best.accuracy.value)));
  EXPECT_THAT(text, Not(HasSubstr("\033")));
  EXPECT_THAT(text_report(input, {.colour = true}), HasSubstr("\033[1mBest parts\033[0m"));
}

TEST(TextReport, ShowsAsManyPartsAsAsked) {
  const ReportInput input = test::report_input();
  const std::string text = parts_text(input, "Parts", {0, 1, 2});
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 2 + 3);
}

TEST(TextReport, WritesAnswersOutWhereLabelsAreMany) {
  const std::string text = analysis_text(test::report_input(2, 2, 9));
  EXPECT_THAT(text, AllOf(HasSubstr("answers most often"), HasSubstr("word0 100 %"), HasSubstr("others ")));
}

TEST(TextReport, LetsNoLabelSteerTheTerminal) {
  ReportInput input = test::report_input();
  input.label_words[0] = "\033[2J\nx\xff";
  EXPECT_THAT(text_report(input), Not(HasSubstr("\033")));
  EXPECT_THAT(parts_text(input, "Parts", {0}), HasSubstr("\uFFFD[2J\uFFFDx"));
}

TEST(TextReport, GoesWithoutReaders) {
  ReportInput input = test::report_input();
  input.evaluations.clear();
  input.analysis.has_certificate = false;
  EXPECT_THAT(text_report(input), AllOf(Not(HasSubstr("log loss")), Not(HasSubstr("Certificate"))));
}

}  // namespace
}  // namespace partwise
