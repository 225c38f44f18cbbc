#include "report/describe.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/utf8.h"
#include "readers/reader.h"

namespace partwise::internal {
namespace {

TEST(Describe, MakesTextHarmless) {
  EXPECT_EQ(printable("größer 正面\t\x1b[31m\x7f\xc2\x85"), "größer 正面\uFFFD\uFFFD[31m\uFFFD\uFFFD");
  EXPECT_EQ(escape_html("<a href='x'>\"&\"</a>"), "&lt;a href=&#39;x&#39;&gt;&quot;&amp;&quot;&lt;/a&gt;");
}

TEST(Describe, CallsAReaderWithoutATitleByItsName) {
  EXPECT_EQ(reader_title("full"), "Full model");
  EXPECT_EQ(reader_title("random-labels"), "Random labels (control)");
  EXPECT_EQ(reader_title("mine"), "mine");
}

TEST(Describe, SaysWhatAReaderSaw) {
  for (const ReaderKind& kind : reader_kinds()) {
    const std::string shown = with_caveat("title", kind.name);
    EXPECT_EQ(shown, caveat(kind).empty() ? "title" : fmt::format("title [{}]", caveat(kind))) << kind.name;
  }
  EXPECT_EQ(with_caveat("title", "no such reader"), "title");
}

TEST(Describe, GivesNoSignToWhatRoundsToZero) {
  EXPECT_EQ(hundredths(-0.004), "0.00");
  EXPECT_EQ(hundredths(0.004), "0.00");
  EXPECT_EQ(hundredths(-0.006), "-0.01");
  EXPECT_EQ(hundredths(1.239), "1.24");
}

TEST(Describe, NamesTheMostFrequentAnswersFirst) {
  ComponentStats part;
  part.label_shares = {0.1, 0.6, 0.0, 0.3};
  const std::vector<std::string> words = {"a", "b", "c", "d"};
  EXPECT_EQ(describe_shares(part, words, 2), "b 60 %, d 30 %, others 10 %");
  EXPECT_EQ(describe_shares(part, words, 9), "b 60 %, d 30 %, a 10 %");
}

}  // namespace
}  // namespace partwise::internal
