#include "tokenizer/byte_level.h"

#include <gtest/gtest.h>

#include <set>

namespace partwise::internal {
namespace {

std::string one(int byte) { return std::string(1, static_cast<char>(byte)); }

TEST(ByteLevel, SpellsSomeBytesAsGpt2Does) {
  EXPECT_EQ(to_byte_level(" "), "Ġ");
  EXPECT_EQ(to_byte_level("\n\t\r"), "Ċĉč");
  EXPECT_EQ(to_byte_level("a!~"), "a!~");
  EXPECT_EQ(to_byte_level(one(0x00)), "Ā");
  EXPECT_EQ(to_byte_level(one(0x7f)), "ġ");
  EXPECT_EQ(to_byte_level(one(0xa0)), "ł");
  EXPECT_EQ(to_byte_level(one(0xad)), "Ń");  // the soft hyphen, the last byte that needs a stand-in
  EXPECT_EQ(to_byte_level(one(0xae)), "®");
  EXPECT_EQ(to_byte_level("é"), "Ã©");
}

TEST(ByteLevel, IsOneToOne) {
  std::set<std::string> spellings;
  for (int byte = 0; byte < 256; ++byte) {
    const std::string spelling = to_byte_level(one(byte));
    EXPECT_TRUE(spellings.insert(spelling).second) << byte;
    EXPECT_EQ(from_byte_level(spelling), one(byte));
  }
  EXPECT_EQ(*spellings.rbegin(), "Ń");
}

TEST(ByteLevel, OtherCharactersStandForNoByte) {
  for (const char* text : {" ", "a b", "\n", "\u00ad", "\u0144", "漢", "\xff", "\xc4"}) {
    EXPECT_FALSE(from_byte_level(text).has_value()) << text;
  }
  EXPECT_EQ(from_byte_level(""), "");
}

}  // namespace
}  // namespace partwise::internal
