#include "base/utf8.h"

#include <gtest/gtest.h>

namespace partwise::internal {
namespace {

TEST(Utf8, EveryScalarValueSurvivesARoundTrip) {
  for (char32_t c = 0; c <= 0x10ffff; ++c) {
    if (c >= 0xd800 && c <= 0xdfff) continue;
    std::string text;
    append_utf8(text, c);
    const auto decoded = decode_utf8(text);
    ASSERT_TRUE(decoded.has_value()) << std::hex << static_cast<unsigned>(c);
    ASSERT_EQ(decoded->code_point, c);
    ASSERT_EQ(decoded->length, text.size());
    ASSERT_EQ(find_invalid_utf8(text), std::string_view::npos);
  }
}

TEST(Utf8, EncodesAsTheStandardSays) {
  std::string text;
  for (char32_t c : {U'$', U'\u00a3', U'\u20ac', U'\U00010348'}) append_utf8(text, c);
  EXPECT_EQ(text, "$\xc2\xa3\xe2\x82\xac\xf0\x90\x8d\x88");
}

TEST(Utf8, RefusesWhatIsNotUtf8) {
  const char* invalid[] = {
      "\x80",              // a continuation alone
      "\xc0\x80",          // overlong
      "\xc1\xbf",          // overlong
      "\xe0\x9f\xbf",      // overlong
      "\xf0\x8f\xbf\xbf",  // overlong
      "\xed\xa0\x80",      // surrogate
      "\xed\xbf\xbf",      // surrogate
      "\xf4\x90\x80\x80",  // past U+10FFFF
      "\xf5\x80\x80\x80",
      "\xff",
      "\xe2\x82",
      "\xe2",
      "\xf0\x9f\x98",
      "\xe2(\xa1",
      "\xf0\x28\x8c\xbc",
  };
  for (const char* text : invalid) EXPECT_FALSE(decode_utf8(text).has_value()) << text;
}

TEST(Utf8, FindsTheFirstInvalidByte) {
  EXPECT_EQ(find_invalid_utf8(""), std::string_view::npos);
  EXPECT_EQ(find_invalid_utf8("naïve 😀"), std::string_view::npos);
  EXPECT_EQ(find_invalid_utf8("a\u00e9\xff"), 3u);
  EXPECT_EQ(find_invalid_utf8("ab\xe2\x82"), 2u);
}

// The example of the Unicode standard, chapter 3.9, table 3-11, and cases of the tables beside it.
TEST(Utf8, ReplacesEveryMaximalInvalidSubpart) {
  const std::string r = "\ufffd";
  EXPECT_EQ(replace_invalid_utf8("\xe1\x80\xe2\xf0\x91\x92\xf1\xbf\x41"), r + r + r + r + "A");
  EXPECT_EQ(replace_invalid_utf8("\xc0\xaf\xe0\x80\xbf\xf0\x81\x82\x41"), r + r + r + r + r + r + r + r + "A");
  EXPECT_EQ(replace_invalid_utf8("\xed\xa0\x80\xed\xbf\xbf\xed\xaf\x41"), r + r + r + r + r + r + r + r + "A");
  EXPECT_EQ(replace_invalid_utf8("\xf4\x91\x92\x93\xff\x41\x80\xbf\x42"), r + r + r + r + r + "A" + r + r + "B");
  EXPECT_EQ(replace_invalid_utf8("good €"), "good €");
}

}  // namespace
}  // namespace partwise::internal
