#include "report/text/run.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "report/input.h"
#include "report/text/widest_line.h"

namespace partwise::internal {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(TextReport, GivesReadersAndParts) {
  const ReportInput input = test::report_input();
  const std::string text = text_report(input, {.n_parts = 2});
  for (const char* words : {"  full ", "  comprw ", "Best parts", "Worst parts", "Label-biased parts", "word2",
                            "9 parts read alone, over 30 rows", "Certificate"}) {
    EXPECT_THAT(text, HasSubstr(words));
  }
  const ComponentStats& best = input.analysis.components[static_cast<std::size_t>(input.analysis.best(1)[0])];
  const std::string first = text.substr(text.find("  " + component_name(best.component)));
  EXPECT_THAT(first.substr(0, first.find('\n')), HasSubstr(fmt::format("{:.1f} %", 100 * best.accuracy.value)));
  EXPECT_THAT(text, Not(HasSubstr("\033")));
  EXPECT_THAT(text_report(input, {.colour = true}), HasSubstr("\033[1mBest parts\033[0m"));
}

TEST(TextReport, FitsIntoTheTerminal) {
  EXPECT_LE(test::widest_line(text_report(test::report_input(), {.n_parts = 2, .width = 50})), 50u);
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
}  // namespace partwise::internal
