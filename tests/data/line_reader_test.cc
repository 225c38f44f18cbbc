#include "data/line_reader.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "support/paths.h"

namespace partwise::internal {
namespace {

std::vector<std::string> all_lines(const std::string& content, std::size_t at_a_time,
                                   LineEnds ends = LineEnds::newline) {
  test::TempDir dir;
  test::write_file(dir / "lines.txt", content);
  LineReader reader(dir / "lines.txt", ends);
  std::vector<std::string> texts;
  for (auto lines = reader.next(at_a_time); !lines.empty(); lines = reader.next(at_a_time)) {
    EXPECT_LE(lines.size(), at_a_time);
    for (const Line& line : lines) texts.push_back(line.text);
  }
  return texts;
}

using Lines = std::vector<std::string>;

TEST(LineReader, SplitsAtLineEndsOnly) {
  for (std::size_t at_a_time : {1, 2, 100}) {
    EXPECT_EQ(all_lines("", at_a_time), Lines{});
    EXPECT_EQ(all_lines("\n", at_a_time), Lines{""});
    EXPECT_EQ(all_lines("a", at_a_time), Lines{"a"});
    EXPECT_EQ(all_lines("a\n", at_a_time), Lines{"a"});
    EXPECT_EQ(all_lines("a\nb\r\n\nc", at_a_time), (Lines{"a", "b", "", "c"}));
    EXPECT_EQ(all_lines("\xEF\xBB\xBF"
                        "a\n\xEF\xBB\xBF",
                        at_a_time),
              (Lines{"a", "\xEF\xBB\xBF"}));
  }
}

TEST(LineReader, ALoneCarriageReturnEndsLinesWhereNothingElseDoes) {
  for (std::size_t at_a_time : {1, 2, 100}) {
    EXPECT_EQ(all_lines("a\rb\r\rc", at_a_time, LineEnds::or_old_mac), (Lines{"a", "b", "", "c"}));
    EXPECT_EQ(all_lines("a\r", at_a_time, LineEnds::or_old_mac), Lines{"a"});
    EXPECT_EQ(all_lines("a\rb\nc\rd", at_a_time, LineEnds::or_old_mac), (Lines{"a\rb", "c\rd"}));
    EXPECT_EQ(all_lines("a\rb", at_a_time), Lines{"a\rb"});
  }
  const std::string a(200'000, 'a');
  EXPECT_EQ(all_lines(a + "\rb\r", 2, LineEnds::or_old_mac), (Lines{a, "b"}));
}

TEST(LineReader, LinesLongerThanABlock) {
  const std::string a(200'000, 'a'), b(65'536, 'b'), c(65'535, 'c');
  EXPECT_EQ(all_lines(a + "\n" + b + "\n" + c + "\n", 2), (Lines{a, b, c}));
}

TEST(LineReader, NamesThePlace) {
  test::TempDir dir;
  test::write_file(dir / "lines.txt", "a\n\nb\n");
  LineReader reader(dir / "lines.txt");
  const auto lines = reader.next(3);
  ASSERT_EQ(lines.size(), 3u);
  EXPECT_TRUE(lines[2].place.ends_with("lines.txt line 3")) << lines[2].place;
}

TEST(LineReader, WhatCannotBeReadIsMissingInput) {
  test::TempDir dir;
  EXPECT_THROW(LineReader(dir / "nothing"), Error);
  LineReader folder(dir.path());
  EXPECT_THROW(folder.next(1), Error);
}

}  // namespace
}  // namespace partwise::internal
