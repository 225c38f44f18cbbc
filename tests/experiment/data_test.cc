#include "experiment/data.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "experiment/delimited.h"
#include "support/errors.h"
#include "support/mutations.h"
#include "support/paths.h"

namespace partwise {
namespace {

using test::error_of;
using test::TempDir;
using test::write_file;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

std::vector<DataRow> read_text_as(const std::string& name, const std::string& text) {
  TempDir dir;
  write_file(dir / name, text);
  return read_data(dir / name);
}

Error read_error(const std::string& name, const std::string& text) {
  return error_of([&] { read_text_as(name, text); });
}

TEST(Jsonl, ValuesAreTextAsJsonSpellsThem) {
  const auto rows = parse_jsonl(R"({"s": "a\u00e9\n", "i": -7, "b": true, "x": 1.5, "none": null})", "t");
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_THAT(rows[0].fields,
              ElementsAre(Pair("b", "true"), Pair("i", "-7"), Pair("s", "a\u00e9\n"), Pair("x", "1.5")));
}

TEST(Jsonl, NestedFieldsAndItemsGetDottedNames) {
  const auto rows = parse_jsonl(R"({"choices": {"A": "one", "B": {"deep": 2}}, "list": ["x", "y"], "empty": {}})", "t");
  EXPECT_THAT(rows.at(0).fields, ElementsAre(Pair("choices.A", "one"), Pair("choices.B.deep", "2"), Pair("list.0", "x"),
                                             Pair("list.1", "y")));
}

TEST(Jsonl, PlacesCountEmptyLinesAndLineEndsOfBothKinds) {
  const auto rows = parse_jsonl("\xEF\xBB\xBF{\"a\": 1}\r\n\n  \n{\"a\": 2}", "x.jsonl");
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0].place, "x.jsonl line 1");
  EXPECT_EQ(rows[1].place, "x.jsonl line 4");
}

TEST(Jsonl, AColumnGivenTwiceIsRefused) {
  const Error error = error_of([] { parse_jsonl(R"({"a.b": 1, "a": {"b": 2}})", "t"); });
  EXPECT_THAT(error.what(), HasSubstr("t line 1: the column 'a.b' is given twice"));
}

TEST(Jsonl, ErrorsNameTheLine) {
  EXPECT_THAT(read_error("x.jsonl", "{\"a\": 1}\n{\"a\": ").what(), HasSubstr("x.jsonl line 2: not valid JSON"));
  EXPECT_THAT(read_error("x.jsonl", "{\"a\": 1}\n\n{\"a\": \"\xff\"}\n").what(), HasSubstr("line 3: not valid UTF-8"));
  const Error list = read_error("x.json", "[\n{\"a\": 1}\n]");
  EXPECT_THAT(list.what(), HasSubstr("line 1: not a JSON object"));
  EXPECT_THAT(list.hint(), HasSubstr("one object a line"));
}

TEST(Csv, QuotedCellsHoldCommasQuotesAndLineEnds) {
  const auto rows = parse_csv("text,label\r\n\"a, \"\"b\"\"\nc\",x\r\n\"\",y\r\nd \"e\",z", "t.csv");
  ASSERT_EQ(rows.size(), 3u);
  EXPECT_EQ(rows[0].fields.at("text"), "a, \"b\"\nc");
  EXPECT_EQ(rows[1].fields.at("text"), "");
  EXPECT_EQ(rows[2].fields.at("text"), "d \"e\"");
  EXPECT_EQ(rows[2].fields.at("label"), "z");
}

TEST(Csv, PlacesAreWhereARowBegins) {
  const auto rows = parse_csv("\xEF\xBB\xBFtext,label\n\n\"a\nb\nc\",x\nd,y\n", "t.csv");
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_TRUE(rows[0].fields.contains("text")) << "the byte order mark is not part of the name";
  EXPECT_EQ(rows[0].place, "t.csv line 3");
  EXPECT_EQ(rows[1].place, "t.csv line 6");
}

TEST(Csv, EmptyCellsAtBothEnds) {
  const auto rows = parse_csv("a,b,c\n,2,\n", "t.csv");
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_THAT(rows[0].fields, ElementsAre(Pair("a", ""), Pair("b", "2"), Pair("c", "")));
}

TEST(Csv, ErrorsNameTheLine) {
  EXPECT_THAT(read_error("x.csv", "a,b\n1,2\n1,2,3\n").what(), HasSubstr("line 3: 3 columns, but the header has 2"));
  EXPECT_THAT(read_error("x.csv", "a,b\n1,\"2\n3\n").what(), HasSubstr("line 2: a quote opens here"));
  EXPECT_THAT(read_error("x.csv", "a,b\n1,\"2\"3\n").what(), HasSubstr("line 2: text after a closing quote"));
  EXPECT_THAT(read_error("x.csv", "a,b,a\n1,2,3\n").what(), HasSubstr("line 1: the column name 'a' is given twice"));
  EXPECT_THAT(read_error("x.csv", "a,b\n1,\xC3(\n").what(), HasSubstr("line 2: not valid UTF-8"));
}

TEST(Tsv, OnlyTabsSeparateAndQuotesAreText) {
  const auto rows = parse_tsv("text\tlabel\r\n\"a, b\tx\r\nc\t\r\n", "t.tsv");
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_THAT(rows[0].fields, ElementsAre(Pair("label", "x"), Pair("text", "\"a, b")));
  EXPECT_THAT(rows[1].fields, ElementsAre(Pair("label", ""), Pair("text", "c")));
  EXPECT_THAT(error_of([] { parse_tsv("a\tb\nc\n", "t.tsv"); }).what(),
              HasSubstr("t.tsv line 2: 1 columns, but the header has 2"));
}

TEST(ReadData, TheSameTableFromEveryFormat) {
  const auto jsonl =
      read_text_as("x.jsonl", "{\"text\": \"a b\", \"label\": \"x\"}\n{\"text\": \"c\", \"label\": \"y\"}\n");
  for (const char* name : {"x.csv", "x.CSV", "x.txt"}) {
    const auto csv = read_text_as(name, "text,label\na b,x\nc,y\n");
    ASSERT_EQ(csv.size(), 2u) << name;
    EXPECT_EQ(csv[0].fields, jsonl[0].fields) << name;
    EXPECT_EQ(csv[1].fields, jsonl[1].fields) << name;
  }
  EXPECT_EQ(read_text_as("x.tsv", "text\tlabel\na b\tx\n")[0].fields, jsonl[0].fields);
  EXPECT_EQ(read_text_as("x.data", "text\tlabel\na b\tx\n")[0].fields, jsonl[0].fields);
  EXPECT_EQ(read_text_as("x.data", "\n {\"text\": \"a b\", \"label\": \"x\"}")[0].fields, jsonl[0].fields);
}

TEST(ReadData, NothingToReadIsAnError) {
  for (const char* name : {"x.jsonl", "x.csv", "x.tsv"}) {
    const Error error = read_error(name, "\n\n");
    EXPECT_EQ(error.code(), ErrorCode::bad_data) << name;
    EXPECT_THAT(error.what(), HasSubstr("no row of data")) << name;
  }
  EXPECT_THAT(read_error("x.csv", "text,label\n").what(), HasSubstr("no row of data"));
  EXPECT_EQ(error_of([] { read_data("no/such/file.csv"); }).code(), ErrorCode::missing_input);
}

TEST(ReadData, DamagedFilesAreReadOrRefused) {
  const std::string jsonl =
      "{\"text\": \"a\u00e9 b\", \"n\": {\"x\": [1, true]}, \"label\": \"x\"}\n{\"text\": \"c\"}\n";
  const std::string csv = "text,label\r\n\"a \"\"\u00e9\"\", b\nc\",x\r\nd,y\n";
  EXPECT_GT(test::parse_mutations(jsonl, [](const std::string& text) { parse_jsonl(text, "t"); }), 0);
  EXPECT_GT(test::parse_mutations(csv, [](const std::string& text) { parse_csv(text, "t"); }), 0);
  EXPECT_GT(test::parse_mutations(csv, [](const std::string& text) { parse_tsv(text, "t"); }), 0);
}

/// Rows of each label.
std::map<std::string, int> count_labels(const std::vector<DataRow>& rows) {
  std::map<std::string, int> counts;
  for (const DataRow& row : rows) ++counts[row.fields.at("label")];
  return counts;
}

TEST(BuiltinData, HoldsTheFilesByteForByte) {
  ASSERT_EQ(builtin_data().size(), 2u);
  EXPECT_EQ(builtin_data()[0].name, "news");
  EXPECT_EQ(builtin_data()[1].name, "reviews");
  for (const BuiltinData& data : builtin_data()) {
    const auto folder = test::source_dir() / "data" / data.name;
    const auto rows = read_data(folder / "train.jsonl");
    const auto compiled = parse_jsonl(data.train, "compiled in");
    ASSERT_EQ(rows.size(), compiled.size());
    for (std::size_t i = 0; i < rows.size(); ++i) EXPECT_EQ(rows[i].fields, compiled[i].fields);
    EXPECT_EQ(parse_jsonl(data.test, "compiled in").size(), read_data(folder / "test.jsonl").size());
  }
}

TEST(BuiltinData, IsBalancedAndHasNoRowTwice) {
  for (const BuiltinData& data : builtin_data()) {
    std::set<std::string> texts;
    std::size_t n_rows = 0;
    for (std::string_view split : {data.train, data.test}) {
      const auto rows = parse_jsonl(split, data.name);
      n_rows += rows.size();
      for (const DataRow& row : rows) texts.insert(row.fields.at("text"));
      const auto counts = count_labels(rows);
      EXPECT_EQ(counts.size(), data.name == "news" ? 4u : 2u);
      for (const auto& [label, count] : counts) EXPECT_EQ(count, counts.begin()->second) << data.name << " " << label;
    }
    EXPECT_GE(n_rows, 400u) << data.name;
    EXPECT_EQ(texts.size(), n_rows) << data.name;
  }
}

}  // namespace
}  // namespace partwise
