#include "base/json.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <chrono>

#include "base/json_reason.h"
#include "support/errors.h"
#include "support/mutations.h"
#include "support/paths.h"

namespace partwise::internal {
namespace {

using test::error_of;

TEST(ParseJson, ReadsValues) {
  const Json json = parse_json(R"({"a": [1, -2.5, "\u00e9", null, true], "a ": {}})", "test");
  EXPECT_EQ(json["a"].size(), 5u);
  EXPECT_EQ(json["a"][2], "é");
  EXPECT_EQ(json["a"][1].get<double>(), -2.5);
}

TEST(ParseJson, DuplicateKeysKeepTheLast) { EXPECT_EQ(parse_json(R"({"a": 1, "a": 2})", "test")["a"], 2); }

TEST(ParseJson, ErrorsNameTheSourceAndThePlace) {
  const Error error = error_of([] { parse_json("{\"a\": tru}", "train.jsonl line 7"); });
  EXPECT_EQ(error.code(), ErrorCode::bad_data);
  EXPECT_EQ(std::string(error.what()).find("train.jsonl line 7: "), 0u) << error.what();
  EXPECT_NE(std::string(error.what()).find("column 10"), std::string::npos) << error.what();
  EXPECT_EQ(std::string(error.what()).find("json.exception"), std::string::npos) << error.what();
}

TEST(ParseJson, RefusesWhatIsNotJson) {
  for (const char* text : {"", " ", "{", "[1,]", "{} {}", "\"\xff\"", "nan", "1e999", "'a'", "{\"a\" 1}"}) {
    EXPECT_EQ(error_of([&] { parse_json(text, "test"); }).code(), ErrorCode::bad_data) << text;
  }
}

TEST(ParseJson, MessagesStayShort) {
  const std::string text = "[\"" + std::string(1'000'000, 'a');
  EXPECT_LT(std::string(error_of([&] { parse_json(text, "test"); }).what()).size(), 500u);
}

TEST(JsonReason, IsTheMessageWithoutTheLibrarysTag) {
  try {
    Json(1).get<std::string>();
    FAIL();
  } catch (const Json::exception& error) {
    EXPECT_EQ(json_reason(error.what()), "type must be string, but is number");
  }
  EXPECT_EQ(json_reason("a plain message"), "a plain message");
}

TEST(ParseJson, RefusesDeepNesting) {
  const auto nested = [](int depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  EXPECT_EQ(parse_json(nested(200), "test").dump(), nested(200));
  EXPECT_EQ(error_of([&] { parse_json(nested(201), "test"); }).code(), ErrorCode::bad_data);
  EXPECT_EQ(error_of([&] { parse_json(nested(5'000'000), "test"); }).code(), ErrorCode::bad_data);
  const std::string brackets(1000, '[');
  EXPECT_EQ(parse_json("[\"\\\"" + brackets + "\", \"" + brackets + "\"]", "test")[1], brackets);
}

TEST(ParseJson, DamagedTextIsRefusedOrRead) {
  const std::string valid = R"({"a": [1.5e3, "\ud83d\ude00", {"b": null}], "c": "\\"})";
  EXPECT_GT(test::parse_mutations(valid, [](const std::string& text) { parse_json(text, "test").dump(); }), 100);
}

TEST(ParseDistinctJsonObject, IsWhatTheOtherParserReads) {
  const std::string text = R"({"b": [1, -2, 1.5, "\u00e9", null, true, {}, []], "a": {"c": {"b": 1}}})";
  EXPECT_EQ(parse_distinct_json_object(text, "test").dump(), OrderedJson::parse(text).dump());
  test::parse_mutations(text, [](const std::string& changed) {
    const OrderedJson object = parse_distinct_json_object(changed, "test");
    EXPECT_EQ(object.dump(), OrderedJson::parse(changed).dump());
  });
}

// nlohmann's own parser takes half a minute for this.
TEST(ParseDistinctJsonObject, TakesTimeInProportionToItsKeys) {
  std::string text = "{\"k\": 0";
  for (int i = 0; i < 100'000; ++i) text += fmt::format(", \"{}\": {{}}", i);
  const auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(parse_distinct_json_object(text + "}", "test").size(), 100'001U);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(3));
}

TEST(ParseDistinctJsonObject, HasABoundOnWhatItTakes) {
  std::string text = "{\"a\": [0";
  for (int i = 0; i < 500'000; ++i) text += ",[]";
  EXPECT_EQ(error_of([&] { parse_distinct_json_object(text + "]}", "test"); }).code(), ErrorCode::bad_data);
}

TEST(ReadJsonFile, NamesTheFile) {
  test::TempDir dir;
  test::write_file(dir / "good.json", "{\"a\": 1}");
  EXPECT_EQ(read_json_file(dir / "good.json")["a"], 1);
  test::write_file(dir / "bad.json", "{");
  EXPECT_NE(std::string(error_of([&] { read_json_file(dir / "bad.json"); }).what()).find("bad.json"),
            std::string::npos);
  EXPECT_EQ(error_of([&] { read_json_file(dir / "none.json"); }).code(), ErrorCode::missing_input);
}

}  // namespace
}  // namespace partwise::internal
