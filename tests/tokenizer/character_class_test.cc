#include "tokenizer/character_class.h"

#include <gtest/gtest.h>

namespace partwise::internal {
namespace {

TEST(CharacterClass, WhiteSpaceIsUnicodes) {
  for (char32_t space :
       {U'\t', U'\n', U'\r', U' ', U'\u0085', U'\u00a0', U'\u1680', U'\u2003', U'\u2028', U'\u202f', U'\u3000'})
    EXPECT_TRUE(is_white_space(space)) << std::hex << static_cast<std::uint32_t>(space);
  for (char32_t other : {U'a', U'_', U'\u180e', U'\u200b', U'\u2581', U'\ufeff'})
    EXPECT_FALSE(is_white_space(other)) << std::hex << static_cast<std::uint32_t>(other);
}

TEST(CharacterClass, WordsAreLettersMarksDigitsAndConnectors) {
  for (char32_t word : {U'a', U'Z', U'5', U'_', U'\u00e9', U'\u0301', U'\u4f60', U'\u0661', U'\u2167', U'\u24b6',
                        U'\u200d', U'\U0001f170'})
    EXPECT_TRUE(is_word_character(word)) << std::hex << static_cast<std::uint32_t>(word);
  for (char32_t other : {U' ', U'-', U'!', U'\u2460', U'\u00bd', U'\u2581', U'\U0001f600'})
    EXPECT_FALSE(is_word_character(other)) << std::hex << static_cast<std::uint32_t>(other);
}

TEST(CharacterClass, AtTheEndsOfText) {
  EXPECT_EQ(leading_white_space(""), 0u);
  EXPECT_EQ(leading_white_space(" \u3000\nx "), 5u);
  EXPECT_EQ(leading_white_space("  "), 2u);
  EXPECT_EQ(trailing_white_space(""), 0u);
  EXPECT_EQ(trailing_white_space(" x \u3000\n"), 5u);
  EXPECT_EQ(trailing_white_space("  "), 2u);
  EXPECT_TRUE(begins_with_word("\u00e9!"));
  EXPECT_FALSE(begins_with_word("!\u00e9"));
  EXPECT_TRUE(ends_with_word("!\u00e9"));
  EXPECT_FALSE(ends_with_word("\u00e9!"));
  EXPECT_FALSE(begins_with_word("") || ends_with_word(""));
}

}  // namespace
}  // namespace partwise::internal
