#include "base/normalize.h"

#include <gtest/gtest.h>

namespace partwise::internal {
namespace {

struct Case {
  const char* text;
  const char* nfc;
};

// Unicode Standard Annex 15 and NormalizationTest.txt.
constexpr Case kCases[] = {
    {"", ""},
    {"plain", "plain"},
    {"e\u0301", "\u00e9"},
    {"\u00e9", "\u00e9"},
    {"\u212b", "\u00c5"},                // ångström sign
    {"\u2126", "\u03a9"},                // ohm sign
    {"\u1112\u1161\u11ab", "\ud55c"},    // Hangul jamo
    {"\uac00\u11a8", "\uac01"},          // Hangul syllable and a final
    {"\u0958", "\u0915\u093c"},          // excluded from composition
    {"\u2adc", "\u2add\u0338"},          // likewise
    {"q\u0307\u0323", "q\u0323\u0307"},  // marks in order of their class
    {"d\u0307\u0323", "\u1e0d\u0307"},   // the second mark composes first
    {"\u1e0a\u0323", "\u1e0c\u0307"},
    {"a\u0345\u0301", "\u00e1\u0345"},
    {"\u0301e", "\u0301e"},                  // a mark at the start of the text
    {"\ufb01", "\ufb01"},                    // compatibility forms stay
    {"\U0001d15e", "\U0001d157\U0001d165"},  // beyond the basic plane
};

TEST(Normalize, FormC) {
  for (const auto& [text, nfc] : kCases) {
    EXPECT_EQ(to_nfc(text), nfc) << text;
    EXPECT_EQ(to_nfc(to_nfc(text)), nfc) << text;
    EXPECT_EQ(to_nfc(std::string("ab ") + text + " c"), std::string("ab ") + nfc + " c");
  }
}

TEST(Normalize, ZeroIsACharacterLikeOthers) {
  const std::string text("a\0e\u0301", 5);
  EXPECT_EQ(to_nfc(text), std::string("a\0\u00e9", 4));
}

TEST(Normalize, ALongRunOfMarksIsNoTrouble) {  // ordering it mark by mark would take hours
  std::string marks, ordered = "q";
  for (int i = 0; i < 200'000; ++i) marks += "\u0307\u0323";
  for (int i = 0; i < 200'000; ++i) ordered += "\u0323";
  for (int i = 0; i < 200'000; ++i) ordered += "\u0307";
  EXPECT_EQ(to_nfc("q" + marks), ordered);
}

}  // namespace
}  // namespace partwise::internal
