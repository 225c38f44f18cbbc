#include "tokenizer/added_tokens.h"

#include <gtest/gtest.h>

namespace partwise {
namespace {

/// "text[id]text": what a split looks like.
std::string shown(const AddedTokenFinder& finder, std::string_view text, bool parse_special = true) {
  std::string picture;
  for (const TextPiece& piece : finder.split(text, parse_special)) {
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

TEST(AddedTokens, NoneAtAll) { EXPECT_EQ(shown(AddedTokenFinder({}), "<s> "), "(<s> )"); }

}  // namespace
}  // namespace partwise
