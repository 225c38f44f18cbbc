#include "base/suggest.h"

#include <gtest/gtest.h>

#include <vector>

namespace partwise::internal {
namespace {

const std::vector<std::string> kReaders = {"full", "best", "comprw", "calib+"};

TEST(ClosestMatch, FindsTypos) {
  EXPECT_EQ(closest_match("comrpw", kReaders), "comprw");  // a swap counts one
  EXPECT_EQ(closest_match("compr", kReaders), "comprw");
  EXPECT_EQ(closest_match("calib", kReaders), "calib+");
  EXPECT_EQ(closest_match("fulll", kReaders), "full");
  EXPECT_EQ(closest_match("BEST", kReaders), "best");
  EXPECT_EQ(closest_match("bets", kReaders), "best");
}

TEST(ClosestMatch, KeepsAThirdOfTheLettersAsItsBound) {
  const std::vector<std::string> words = {"abcdef"};
  EXPECT_EQ(closest_match("abcdxx", words), "abcdef");
  EXPECT_EQ(closest_match("abcxxx", words), "");
  EXPECT_EQ(closest_match("", words), "");
}

TEST(ClosestMatch, PrefersTheNearerAndThenTheFirst) {
  EXPECT_EQ(closest_match("sst22", std::vector<std::string>{"sst", "sst2"}), "sst2");
  EXPECT_EQ(closest_match("task3", std::vector<std::string>{"task1", "task2"}), "task1");
}

TEST(SuggestionHint, NamesOneOrAll) {
  EXPECT_EQ(suggestion_hint("bset", kReaders), "did you mean 'best'?");
  EXPECT_EQ(suggestion_hint("perceptron", kReaders), "one of: full, best, comprw, calib+");
  EXPECT_EQ(suggestion_hint("x", {}), "");
}

}  // namespace
}  // namespace partwise::internal
