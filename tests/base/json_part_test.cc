#include "base/json_part.h"

#include <gtest/gtest.h>

#include <limits>

#include "base/json.h"
#include "support/errors.h"

namespace partwise::internal {
namespace {

constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();

std::int64_t integer(const char* text) {
  const Json json = Json::parse(text);
  return JsonPart(json, "", "n").integer();
}

std::string refusal(const char* text) {
  return test::error_of([&] { integer(text); }).what();
}

TEST(JsonPart, TakesWholeNumbersHoweverTheyAreWritten) {
  EXPECT_EQ(integer("577"), 577);
  EXPECT_EQ(integer("577.0"), 577);
  EXPECT_EQ(integer("-3.00"), -3);
  EXPECT_EQ(integer("-0.0"), 0);
  EXPECT_EQ(integer("1.5e1"), 15);
  EXPECT_EQ(integer("9223372036854775807"), kMost);
  EXPECT_EQ(integer("-9223372036854775808"), -kMost - 1);
  EXPECT_EQ(integer("9223372036854774784.0"), 9223372036854774784) << "the largest double below 2^63";
}

TEST(JsonPart, RefusesNumbersThatAreNotWhole) {
  for (const char* text : {"0.5", "-1e-9", "577.25", "\"5\"", "true", "[5]", "{}"})
    EXPECT_EQ(refusal(text), "'n': this is no whole number") << text;
  EXPECT_EQ(refusal("null"), "'n': this is missing");
}

TEST(JsonPart, RefusesWholeNumbersThatAreTooLarge) {
  for (const char* text : {"9223372036854775808", "9223372036854775808.0", "18446744073709551616",
                           "-9223372036854775809", "-9223372036854777856.0", "1e300", "-1e300"})
    EXPECT_EQ(refusal(text), "'n': this number is too large") << text;
}

TEST(JsonPart, KeepsToARangeHoweverNumbersAreWritten) {
  const Json json = Json::parse("[20.0, 21.0]");
  EXPECT_EQ(JsonPart(json, "", "n").elements()[0].integer(0, 20), 20);
  EXPECT_STREQ(test::error_of([&] { JsonPart(json, "", "n").elements()[1].integer(0, 20); }).what(),
               "'n[1]': 21 is not from 0 to 20");
}

}  // namespace
}  // namespace partwise::internal
