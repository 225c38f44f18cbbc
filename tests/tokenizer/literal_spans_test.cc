#include "tokenizer/literal_spans.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/normalize.h"

namespace partwise::internal {
namespace {

using Spans = std::vector<TextSpan>;

/// The normalised text, with the moved spans in brackets.
std::string shown(const std::string& text, const Spans& spans) {
  const std::string whole = to_nfc(text);
  std::string picture = whole;
  const Spans moved = spans_after(text, whole, spans, [](std::string_view part, bool) { return to_nfc(part); });
  for (auto span = moved.rbegin(); span != moved.rend(); ++span)
    picture.insert(span->end, "]").insert(span->begin, "[");
  return picture;
}

TEST(LiteralSpans, AreInOrderApartAndInTheText) {
  EXPECT_TRUE(are_spans_of(0, {}));
  EXPECT_TRUE(are_spans_of(4, Spans{{0, 0}, {0, 2}, {2, 4}, {4, 4}}));
  EXPECT_FALSE(are_spans_of(4, Spans{{0, 5}}));
  EXPECT_FALSE(are_spans_of(4, Spans{{2, 1}}));
  EXPECT_FALSE(are_spans_of(4, Spans{{2, 3}, {0, 1}}));
  EXPECT_FALSE(are_spans_of(4, Spans{{0, 3}, {2, 4}}));
}

TEST(LiteralSpans, OfAPartCountFromItsBegin) {
  const Spans spans = {{0, 2}, {3, 3}, {5, 9}};
  EXPECT_EQ(spans_within({1, 6}, spans), (Spans{{0, 1}, {2, 2}, {4, 5}}));
  EXPECT_EQ(spans_within({6, 7}, spans), (Spans{{0, 1}}));
}

// "e" and U+0301 become "\u00e9" of one code point.
TEST(LiteralSpans, MoveWithNormalisation) {
  EXPECT_EQ(shown("abc", {{1, 2}}), "a[b]c");
  EXPECT_EQ(shown("e\u0301|e\u0301|e\u0301", {{4, 7}}), "\u00e9|[\u00e9]|\u00e9");
  EXPECT_EQ(shown("e\u0301||e\u0301", {{4, 4}}), "\u00e9|[]|\u00e9");
}

TEST(LiteralSpans, TakeWhatIsMixedFromBothSides) {
  EXPECT_EQ(shown("xe\u0301y", {{2, 4}}), "x[\u00e9]y") << "an accent of the row on the template's letter";
  EXPECT_EQ(shown("xe\u0301y", {{0, 2}}), "[x\u00e9]y") << "a letter of the row below the template's accent";
}

TEST(LiteralSpans, TakeCharactersThatTheyCut) { EXPECT_EQ(shown("a\u00e9\u00e8b", {{2, 4}}), "a[\u00e9\u00e8]b"); }

TEST(SpecialRoom, EndsWhereLiteralBytesBegin) {
  const Spans spans = {{2, 4}, {6, 6}};
  SpecialRoom room(true, spans);
  EXPECT_EQ(room.at(0), 2u);
  EXPECT_EQ(room.at(2), 0u);
  EXPECT_EQ(room.at(3), 0u);
  EXPECT_EQ(room.at(4), 2u);
  EXPECT_EQ(room.at(6), std::numeric_limits<std::size_t>::max());
  EXPECT_EQ(SpecialRoom(false, {}).at(0), 0u);
}

}  // namespace
}  // namespace partwise::internal
