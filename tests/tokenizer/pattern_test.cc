#include "tokenizer/pattern.h"

#include <gtest/gtest.h>

#include <set>

#include "base/utf8.h"
#include "tiny_tokenizer.h"
#include "tokenizer/pattern_dialect.h"
#include "tokenizer/pretokenize.h"

namespace partwise::internal {
namespace {

bool matches_all(const char* expression, std::string_view text) {
  const Pattern pattern(expression);
  auto match = PatternSearch(pattern).find(text, 0);
  return match && match->begin == 0 && match->end == text.size();
}

std::string utf8(char32_t c) {
  std::string text;
  append_utf8(text, c);
  return text;
}

TEST(Pattern, WhiteSpaceIsUnicodes) {
  std::set<char32_t> white_space = {0x20, 0x85, 0xa0, 0x1680, 0x2028, 0x2029, 0x202f, 0x205f, 0x3000};
  for (char32_t c = 0x09; c <= 0x0d; ++c) white_space.insert(c);
  for (char32_t c = 0x2000; c <= 0x200a; ++c) white_space.insert(c);
  const Pattern space(R"(\s)"), in_class(R"([\s])"), other(R"(\S)"), outside_class(R"([^\s])");
  for (char32_t c = 0; c < 0x11000; ++c) {
    if (c >= 0xd800 && c < 0xe000) continue;
    const bool expected = white_space.contains(c);
    const auto found_by = [&](const Pattern& pattern) { return PatternSearch(pattern).find(utf8(c), 0).has_value(); };
    ASSERT_EQ(found_by(space), expected) << static_cast<int>(c);
    ASSERT_EQ(found_by(in_class), expected) << static_cast<int>(c);
    ASSERT_EQ(found_by(other), !expected) << static_cast<int>(c);
    ASSERT_EQ(found_by(outside_class), !expected) << static_cast<int>(c);
  }
}

TEST(Pattern, PropertiesAreUnicodes) {
  EXPECT_TRUE(matches_all(R"(\p{L}+)", "aéßΩЖ漢가"));
  EXPECT_TRUE(matches_all(R"(\p{N}+)", "1½Ⅻ٣²"));
  EXPECT_FALSE(matches_all(R"(\p{L}+)", "हि"));  // a vowel sign is a mark
  EXPECT_TRUE(matches_all(R"([\p{L}\p{M}]+)", "हि"));
  EXPECT_TRUE(matches_all(R"((?i:'ll))", "'lL"));
  EXPECT_TRUE(matches_all(R"((?i:'s))", "'\u017f"));  // the long s
}

TEST(Pattern, LookAroundEndsWithTheText) {
  const Pattern pattern(R"(\s+(?!\S))");
  const std::string_view text = "a  b";
  EXPECT_EQ(PatternSearch(pattern).find(text, 0)->end, 2u);
  EXPECT_EQ(PatternSearch(pattern).find(text.substr(0, 3), 0)->end, 3u);
}

TEST(Pattern, KnownExpressionsCompile) {
  for (std::string_view expression : {kGpt2Expression, kLlama3Expression, kQwen2Expression, kDigitExpression})
    Pattern{expression};
}

TEST(Pattern, WhatTheDialectsShareIsKept) {
  for (const char* same :
       {R"([^\r\n\p{L}\p{N}]?\p{L}+|\P{N}{1,3}|\d{2,}|a{3})", R"((?i:'s)(?=x)(?!y)(?<=z)(?<!w)(?>v)(u))",
        R"(a*?b+?c??d*+e++f?+)", R"([!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~])", "[一-龥]", R"(\.\$\^)"}) {
    EXPECT_EQ(to_pcre2_dialect(same), same);
  }
  EXPECT_EQ(to_pcre2_dialect(R"(\s+(?!\S)|[^\s\\s])"), R"(\p{White_Space}+(?!\P{White_Space})|[^\p{White_Space}\\s])");
}

TEST(Pattern, WhatTheyReadDifferentlyIsRefused) {
  for (const char* expression :
       {R"(\w+)", R"(\bx)",    R"(\h)",   R"(\v)",   R"(\x41)", R"(\u0041)", R"(\1)",       R"(\K)",    R"(\p)",
        R"(\pL)", R"(\p{^L})", R"(\p{L)", "^a",      "a$",      "a.b",       "[[:alpha:]]", "[a-z&&b]", "[a[b]]",
        "[]a]",   "[^]a]",     "[a",      "a{,2}",   "a{x}",    "a{2",       "a{1,2}+",     "a{2}?",    "(?<name>a)",
        "(?m:a)", "(?i)a",     "(?#c)",   "(*UTF)a", "\\",      "(?"}) {
    const auto message = test::bad_data_of([&] { Pattern{expression}; });
    EXPECT_NE(message.find("is not supported"), std::string::npos) << expression << ": " << message;
    EXPECT_NE(message.find(expression), std::string::npos) << message;
  }
}

TEST(Pattern, WhatIsWrongInBothIsRefused) {
  for (const char* expression : {"(a", "a)", "*a", "[z-a]", R"(\p{Nothing})", "(?<=a*)b"}) {
    EXPECT_NE(test::bad_data_of([&] { Pattern{expression}; }).find(expression), std::string::npos);
  }
  test::bad_data_of([] { Pattern{std::string(1'000'000, 'a')}; });
  test::bad_data_of([] { Pattern{std::string(9'000, '(') + std::string(9'000, ')')}; });
}

TEST(Pattern, AnExpressionThatTakesForeverIsStopped) {
  const Pattern pattern("(?:a|aa)+b");
  const auto message = test::bad_data_of([&] { PatternSearch(pattern).find(std::string(60, 'a') + "cb", 0); });
  EXPECT_NE(message.find("regular expression"), std::string::npos) << message;
}

TEST(Pattern, DeepRepetitionFitsOrIsRefused) {  // more than the compiled form's stack holds
  const Pattern pattern("(?:ab|cd)+x|(?:ab|cd)*");
  std::string text;
  for (int i = 0; i < 20'000; ++i) text += i % 3 ? "ab" : "cd";
  EXPECT_EQ(PatternSearch(pattern).find(text, 0)->end, text.size());
}

}  // namespace
}  // namespace partwise::internal
