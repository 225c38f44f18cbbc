#include "tokenizer/pretokenize.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace partwise::internal {
namespace {

using testing::ElementsAre;

PreTokenizer by(std::initializer_list<std::string_view> expressions) {
  std::vector<SplitStep> steps;
  for (std::string_view expression : expressions) steps.push_back({Pattern(expression)});
  return PreTokenizer(std::move(steps));
}

TEST(PreTokenizer, Gpt2) {
  const PreTokenizer gpt2 = by({kGpt2Expression});
  EXPECT_THAT(gpt2.split("Hello, world!"), ElementsAre("Hello", ",", " world", "!"));
  EXPECT_THAT(gpt2.split("it's I'LL we've"), ElementsAre("it", "'s", " I", "'", "LL", " we", "'ve"));
  EXPECT_THAT(gpt2.split("a  b \n"), ElementsAre("a", " ", " b", " \n"));
  EXPECT_THAT(gpt2.split("x 123\n\n1"), ElementsAre("x", " 123", "\n", "\n", "1"));
  EXPECT_THAT(gpt2.split(""), ElementsAre());
}

TEST(PreTokenizer, SmolLm2HidesDigitsFromWhatIsBeforeThem) {
  const PreTokenizer smollm = by({kDigitExpression, kGpt2Expression});
  EXPECT_THAT(smollm.split("abc 123"), ElementsAre("abc", " ", "1", "2", "3"));
  EXPECT_THAT(smollm.split("\n\n1"), ElementsAre("\n\n", "1"));
  EXPECT_THAT(smollm.split("a½Ⅻ b"), ElementsAre("a", "½", "Ⅻ", " b"));
}

TEST(PreTokenizer, Llama3) {
  const PreTokenizer llama3 = by({kLlama3Expression});
  EXPECT_THAT(llama3.split("I'LL (see) 1234567"), ElementsAre("I", "'LL", " (", "see", ")", " ", "123", "456", "7"));
  EXPECT_THAT(llama3.split("a.\n\n  b  \n c"), ElementsAre("a", ".\n\n", " ", " b", "  \n", " c"));
}

TEST(PreTokenizer, Qwen2TakesDigitsOneByOne) {
  EXPECT_THAT(by({kQwen2Expression}).split("a 42%"), ElementsAre("a", " ", "4", "2", "%"));
}

TEST(PreTokenizer, WhatAPatternLeavesOutIsAPieceToo) {
  EXPECT_THAT(by({"b+"}).split("abbcb"), ElementsAre("a", "bb", "c", "b"));
  EXPECT_THAT(by({"x"}).split("abc"), ElementsAre("abc"));
  EXPECT_THAT(by({}).split("abc"), ElementsAre("abc"));
}

TEST(PreTokenizer, MatchesOrTheRestMayBeDropped) {
  const SplitStep drop_matches{Pattern(" "), false, true}, drop_rest{Pattern("[a-z]+"), true, false};
  EXPECT_THAT(PreTokenizer({drop_matches}).split(" a bc  "), ElementsAre("a", "bc"));
  EXPECT_THAT(PreTokenizer({drop_rest}).split(" a bc  "), ElementsAre("a", "bc"));
}

TEST(PreTokenizer, EmptyMatchesEndNoLoop) {
  EXPECT_THAT(by({"x*"}).split("aéxb"), ElementsAre("a", "é", "x", "b"));
  EXPECT_THAT(by({"(?=b)"}).split("abb"), ElementsAre("a", "b", "b"));
}

TEST(PreTokenizer, AMegabyteOfOneCharacter) {
  const std::size_t n = 1 << 20;
  for (char c : {'a', ' ', '\n', '1', '<'}) {
    std::size_t total = 0;
    for (std::string_view piece : by({kDigitExpression, kLlama3Expression}).split(std::string(n, c)))
      total += piece.size();
    EXPECT_EQ(total, n) << c;
  }
}

}  // namespace
}  // namespace partwise::internal
