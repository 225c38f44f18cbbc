#include "tokenizer/added_tokens.h"

#include <gtest/gtest.h>

namespace partwise::internal {
namespace {

/// A split as text: "(text)[id](text)".
std::string shown(const AddedTokenFinder& finder, std::string_view text, bool parse_special = true,
                  const std::vector<TextSpan>& literal = {}) {
  std::string picture;
  for (const TextPiece& piece : finder.split(text, parse_special, literal)) {
    picture += piece.is_token() ? "[" + std::to_string(piece.id) + "]" : "(" + std::string(piece.text) + ")";
  }
  return picture;
}

AddedTokenFinder finder() {
  return AddedTokenFinder({{1, "<s>", true, false},
                           {2, "<s>>", true, false},
                           {3, "  ", false, false},
                           {4, "   ", false, false},
                           {5, "s>x", false, false},
                           {6, "\xc3\xa9!", false, false}});
}

TEST(AddedTokens, AreCutOut) {
  EXPECT_EQ(shown(finder(), ""), "");
  EXPECT_EQ(shown(finder(), "plain"), "(plain)");
  EXPECT_EQ(shown(finder(), "<s>"), "[1]");
  EXPECT_EQ(shown(finder(), "a<s>b<s><s>"), "(a)[1](b)[1][1]");
  EXPECT_EQ(shown(finder(), "<s"), "(<s)");
  EXPECT_EQ(shown(finder(), "caf\xc3\xa9!\xc3\xa9"), "(caf)[6](\xc3\xa9)");
}

TEST(AddedTokens, TheLeftmostGoesFirstThenTheLongest) {
  EXPECT_EQ(shown(finder(), "<s>>"), "[2]");
  EXPECT_EQ(shown(finder(), "<s>x"), "[1](x)");  // "s>x" begins further right
  EXPECT_EQ(shown(finder(), "s>x"), "[5]");
  EXPECT_EQ(shown(finder(), "a     b"), "(a)[4][3](b)");
  EXPECT_EQ(shown(finder(), "    "), "[4]( )");
}

TEST(AddedTokens, SpecialOnesAreTextUnlessAskedFor) {
  EXPECT_EQ(shown(finder(), "<s>  <s>>", false), "(<s>)[3](<s>>)");
  EXPECT_EQ(shown(finder(), "<s>x", false), "(<)[5]");
}

TEST(AddedTokens, SpecialOnesTouchNoLiteralByte) {
  EXPECT_EQ(shown(finder(), "<s><s><s>", true, {{3, 6}}), "[1](<s>)[1]");
  EXPECT_EQ(shown(finder(), "<s><s>", true, {{0, 6}}), "(<s><s>)");
  EXPECT_EQ(shown(finder(), "a<s>", true, {{1, 2}}), "(a<s>)") << "the row's byte begins it";
  EXPECT_EQ(shown(finder(), "<s>a", true, {{2, 3}}), "(<s>a)") << "the row's byte ends it";
  EXPECT_EQ(shown(finder(), "<s>>", true, {{3, 4}}), "[1](>)") << "the shorter one is of other bytes alone";
  EXPECT_EQ(shown(finder(), "<s>  <s>  ", true, {{3, 10}}), "[1][3](<s>)[3]") << "others are found as ever";
  EXPECT_EQ(shown(finder(), "<s>x", true, {{0, 3}}), "(<)[5]");
}

TEST(AddedTokens, SpecialOnesCrossNoSeam) {
  EXPECT_EQ(shown(finder(), "<s>", true, {{1, 1}}), "(<s>)") << "an empty column within it";
  EXPECT_EQ(shown(finder(), "<s><s>", true, {{0, 0}, {3, 3}, {6, 6}}), "[1][1]") << "empty columns beside them";
}

// The expected splits are those of Hugging Face's tokenizers 0.23.3.
TEST(AddedTokens, TakeWhiteSpaceBesideThemAlong) {
  AddedToken left{1, "<l>", false, false}, right{2, "<r>", false, false}, both{3, "<b>", false, false};
  left.lstrip = right.rstrip = both.lstrip = both.rstrip = true;
  const AddedTokenFinder strips({left, right, both, {4, "  ", false, false}});
  EXPECT_EQ(shown(strips, "a <l> b"), "(a)[1]( b)");
  EXPECT_EQ(shown(strips, "a \t\n\u3000<l> b"), "(a)[1]( b)");
  EXPECT_EQ(shown(strips, "a <r> \u3000b"), "(a )[2](b)");
  EXPECT_EQ(shown(strips, "a <b> b"), "(a)[3](b)");
  EXPECT_EQ(shown(strips, "<b> <b>"), "[3][3]");
  EXPECT_EQ(shown(strips, "<r> <l>"), "[2][1]");
  EXPECT_EQ(shown(strips, "<l> <l>"), "[1][1]");
  EXPECT_EQ(shown(strips, "  <l>"), "[4][1]");  // does not take the characters of another token
}

// Reference: Hugging Face's tokenizers 0.23.3, which find all tokens before any of them takes white space.
TEST(AddedTokens, OfWhiteSpaceAreFoundBesideThoseThatTakeIt) {
  AddedToken left{1, "<l>", false, false}, right{2, "<r>", false, false};
  left.lstrip = right.rstrip = true;
  const AddedTokenFinder strips({left, right, {4, "  ", false, false}});
  EXPECT_EQ(shown(strips, "a<r>  b"), "(a)[2][4](b)");
  EXPECT_EQ(shown(strips, "a<r> b"), "(a)[2](b)");
  EXPECT_EQ(shown(strips, "a<r>   b"), "(a)[2][4]( b)");  // the third space is after the token of two
  EXPECT_EQ(shown(strips, "a<r>    b"), "(a)[2][4][4](b)");
  EXPECT_EQ(shown(strips, "a<r>  <l>b"), "(a)[2][4][1](b)");
  EXPECT_EQ(shown(strips, "a<r> <l>b"), "(a)[2][1](b)");
  EXPECT_EQ(shown(strips, "a   <l>b"), "(a)[4][1](b)");
}

TEST(AddedTokens, SingleWordsStandAlone) {
  AddedToken word{1, "word", false, false};
  word.single_word = true;
  const AddedTokenFinder words({word, {2, "wordy", false, false}});
  EXPECT_EQ(shown(words, "word"), "[1]");
  EXPECT_EQ(shown(words, "a word b"), "(a )[1]( b)");
  EXPECT_EQ(shown(words, "-word-"), "(-)[1](-)");
  EXPECT_EQ(shown(words, "\u2460word"), "(\u2460)[1]");
  for (const char* text :
       {"aword", "word1", "word_", "w\u00e9word", "word\u0301", "\u24b6word", "word\u200dx", "wordword"})
    EXPECT_EQ(shown(words, text), "(" + std::string(text) + ")");
  EXPECT_EQ(shown(words, "words wordy"), "(words )[2]");
}

TEST(AddedTokens, NoneAtAll) { EXPECT_EQ(shown(AddedTokenFinder({}), "<s> "), "(<s> )"); }

}  // namespace
}  // namespace partwise::internal
