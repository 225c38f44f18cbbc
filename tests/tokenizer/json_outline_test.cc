#include "tokenizer/json_outline.h"

#include <gtest/gtest.h>

#include "base/json.h"

namespace partwise {
namespace {

/// What the outline must be, by way of a parser that knows all of JSON.
Json without_tables(std::string_view text) {
  Json whole = Json::parse(text);
  for (const char* table : {"vocab", "merges"})
    if (whole.is_object() && whole["model"].contains(table)) whole["model"][table] = nullptr;
  return whole;
}

void expect_outline(std::string_view text, std::int64_t largest_id) {
  const JsonOutline outline = outline_json(text);
  EXPECT_EQ(Json::parse(outline.text), without_tables(text)) << text;
  EXPECT_EQ(outline.largest_id, largest_id) << text;
}

TEST(JsonOutline, LeavesOutTheTables) {
  expect_outline(R"({"model": {"type": "BPE", "vocab": {"a": 10, "b": 9}, "merges": ["a b"], "z": 1}, "decoder": []})",
                 10);
  expect_outline(R"({"decoder":null,"model":{"merges":[["a","b"],["c","d"]],"vocab":{"a":0}},"other":7})", 0);
}

TEST(JsonOutline, FindsNoIdInAnEmptyTable) {
  expect_outline(R"({"model": {"vocab": {}, "merges": [ ]}})", -1);
  expect_outline("{\"model\": {\"vocab\": {\n\t }}}", -1);
}

TEST(JsonOutline, IsNotMisledByStrings) {
  expect_outline(R"({"model": {"vocab": {"}": 0, "\"9": 1, "\\": 2, "\\\"},": 3, ", 9": 4}, "merges": ["] \\"]}})", 4);
  expect_outline(R"({"a": "\"model\": {\"vocab\": {", "model": {"vocab": {"{": 0}}})", 0);
}

TEST(JsonOutline, TablesOfThatNameElsewhereStay) {
  expect_outline(R"({"vocab": {"a": 0}, "other": {"vocab": {"b": 1}}, "model": {"x": {"vocab": [1]}}})", -1);
  expect_outline(R"([{"model": {"vocab": [1]}}, {"vocab": 2}])", -1);
}

TEST(JsonOutline, NumbersThatAreNoIds) {
  expect_outline(R"({"model": {"vocab": [["a", -1.5e1], ["b", 99999999999999999999]]}})", 5);
}

TEST(JsonOutline, WhatIsCutShortIsStillNoJson) {
  const std::string text = R"({"model": {"vocab": {"a\"": 0, "b": [1]}, "merges": ["a b"]}})";
  for (std::size_t n = 0; n < text.size(); ++n)
    EXPECT_FALSE(Json::accept(outline_json(text.substr(0, n)).text)) << text.substr(0, n);
  EXPECT_FALSE(Json::accept(outline_json("]]]]" + text).text));
}

}  // namespace
}  // namespace partwise
