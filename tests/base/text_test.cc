#include "base/text.h"

#include <gtest/gtest.h>

namespace partwise::internal {
namespace {

TEST(FormatBytes, UsesPowersOfThousand) {
  EXPECT_EQ(format_bytes(0), "0 bytes");
  EXPECT_EQ(format_bytes(1), "1 byte");
  EXPECT_EQ(format_bytes(999), "999 bytes");
  EXPECT_EQ(format_bytes(1000), "1.0 kB");
  EXPECT_EQ(format_bytes(98'431'872), "98.4 MB");
  EXPECT_EQ(format_bytes(999'949'999), "999.9 MB");
  EXPECT_EQ(format_bytes(999'950'000), "1.0 GB");
  EXPECT_EQ(format_bytes(UINT64_MAX), "18.4 EB");
}

TEST(FormatDuration, KeepsTheTwoUnitsThatMatter) {
  EXPECT_EQ(format_duration(0), "0.00 s");
  EXPECT_EQ(format_duration(0.346), "0.35 s");
  EXPECT_EQ(format_duration(0.996), "1.0 s");
  EXPECT_EQ(format_duration(4.24), "4.2 s");
  EXPECT_EQ(format_duration(9.97), "10 s");
  EXPECT_EQ(format_duration(59.4), "59 s");
  EXPECT_EQ(format_duration(59.6), "1 min 0 s");
  EXPECT_EQ(format_duration(72), "1 min 12 s");
  EXPECT_EQ(format_duration(7500), "2 h 5 min");
  EXPECT_EQ(format_duration(273'600), "3 d 4 h");
}

TEST(FormatCount, SeparatesThousands) {
  EXPECT_EQ(format_count(0), "0");
  EXPECT_EQ(format_count(999), "999");
  EXPECT_EQ(format_count(1000), "1,000");
  EXPECT_EQ(format_count(10'620), "10,620");
  EXPECT_EQ(format_count(-100), "-100");
  EXPECT_EQ(format_count(-1000), "-1,000");
  EXPECT_EQ(format_count(INT64_MIN), "-9,223,372,036,854,775,808");
}

TEST(NaturalLess, CountsRunsOfDigitsAsNumbers) {
  // In ascending order.
  const std::string words[] = {"",         "1",     "9",       "10",    "99999999999999999999999999",
                               "a",        "a1b",   "a01b2",   "a1b10", "a2",
                               "step",     "step0", "step00",  "step1", "step512",
                               "step1000", "stop1", "\xc3\xa4"};
  for (const std::string& a : words) {
    for (const std::string& b : words) EXPECT_EQ(natural_less(a, b), &a < &b) << a << " " << b;
  }
}

TEST(ShellWord, IsQuotedWhereItMust) {
  EXPECT_EQ(shell_word("org/name-1.0_x"), "org/name-1.0_x");
  EXPECT_EQ(shell_word(""), "''");
  EXPECT_EQ(shell_word("a b"), "'a b'");
  EXPECT_EQ(shell_word("it's"), "'it'\\''s'");
  EXPECT_EQ(shell_word("$(rm)"), "'$(rm)'");
}

}  // namespace
}  // namespace partwise::internal
