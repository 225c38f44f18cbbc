#include "tokenizer/json_tables.h"

#include <gtest/gtest.h>

#include <map>

#include "base/json.h"

namespace partwise::internal {
namespace {

using Merges = std::vector<std::pair<std::string, std::string>>;

/// Compares the tables with those from a full JSON parser.
void expect_tables(std::string_view text) {
  Json whole = Json::parse(text);
  const auto tables = read_json_tables(text);
  ASSERT_TRUE(tables) << text;
  std::map<std::string, std::int64_t> vocab;
  for (const auto& [token, id] : tables->vocab) vocab[std::string(token)] = id;
  EXPECT_EQ(Json(vocab), whole["model"]["vocab"]) << text;
  Json merges = Json::array();
  for (const auto& [left, right] : tables->merges)
    merges.push_back(right.empty() ? Json(std::string(left)) : Json{std::string(left), std::string(right)});
  EXPECT_EQ(merges, whole["model"]["merges"]) << text;
  whole["model"]["vocab"] = whole["model"]["merges"] = nullptr;
  EXPECT_EQ(Json::parse(tables->rest), whole) << text;
}

TEST(JsonTables, AreTakenOutOfTheRest) {
  expect_tables(R"({"model": {"type": "BPE", "vocab": {"a": 10, "b": 9}, "merges": ["a b"], "z": 1}, "decoder": []})");
  expect_tables(R"({"decoder":null,"model":{"merges":[["a","b"],["c","d"]],"vocab":{"a":0}},"other":7})");
  expect_tables("{\"model\": {\"vocab\": {\n\t }, \"merges\": [ ]}}");
  expect_tables(
      R"({"vocab": {"a": 0}, "model": {"x": {"vocab": [1]}, "vocab": {"b" : 1 } , "merges": [ "a b" , "c d"]}})");
}

TEST(JsonTables, StringsMayHoldAnything) {
  expect_tables(
      R"({"model": {"vocab": {"}": 0, "\"9": 1, "\\": 2, "\\\"},": 3, ", 9": 4}, "merges": ["] \\", "\u0120 \ud83d\ude00"]}})");
  expect_tables(R"({"a": "\"model\": {\"vocab\": {", "model": {"vocab": {"Ġ\u00e9": 0, "é": 1}, "merges": []}})");
}

TEST(JsonTables, WhatIsUnusualIsLeftToOthers) {
  for (const char* tables : {
           R"("vocab": {"a": 0})",
           R"("merges": [])",
           R"("vocab": {"a": 0}, "vocab": {"a": 0}, "merges": [])",
           R"("vocab": {"a": 0}, "merges": [], "merges": [])",
           R"("vocab": {"a": 1.5}, "merges": [])",
           R"("vocab": {"a": 1e3}, "merges": [])",
           R"("vocab": {"a": -1}, "merges": [])",
           R"("vocab": {"a": 01}, "merges": [])",
           R"("vocab": {"a": 99999999999999999999}, "merges": [])",
           R"("vocab": {"a": "0"}, "merges": [])",
           R"("vocab": {"a": 0,}, "merges": [])",
           R"("vocab": [["a", 0]], "merges": [])",
           R"("vocab": {"a": 0}, "merges": {"a": "b"})",
           R"("vocab": {"a": 0}, "merges": [["a", "b", "c"]])",
           R"("vocab": {"a": 0}, "merges": [["a"]])",
           R"("vocab": {"a": 0}, "merges": [1])",
           R"("vocab": {"\x": 0}, "merges": [])",
           R"("vocab": {"\ud83d": 0}, "merges": [])",
           "\"vocab\": {\"\xff\": 0}, \"merges\": []",
           "\"vocab\": {\"\n\": 0}, \"merges\": []",
       })
    EXPECT_FALSE(read_json_tables(R"({"model": {)" + std::string(tables) + "}}")) << tables;
}

TEST(JsonTables, WhatIsCutShortIsNone) {
  const std::string text = R"({"model": {"vocab": {"a\"": 0, "b": 1}, "merges": ["a b"]}})";
  for (std::size_t n = 0; n < text.size(); ++n) {
    const auto tables = read_json_tables(text.substr(0, n));
    EXPECT_FALSE(tables && Json::accept(tables->rest)) << text.substr(0, n);
  }
}

}  // namespace
}  // namespace partwise::internal
