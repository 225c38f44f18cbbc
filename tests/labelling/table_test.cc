#include "labelling/table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "support/paths.h"

namespace partwise::internal {
namespace {

using ::testing::ElementsAre;

Table table_of(const test::TempDir& dir, const std::string& name, const std::string& text) {
  std::ofstream(dir / name) << text;
  return read_table(dir / name);
}

const std::vector<NewColumn> kAdded = {{"partwise_label", {"yes", nullptr}}, {"partwise_probability", {0.75, nullptr}}};

TEST(Table, CsvComesBackWithColumnsBehindItsOwn) {
  const test::TempDir dir;
  const Table table = table_of(dir, "t.csv", "a,b\n\"x, y\",1\n\"two\nlines\",\n");
  EXPECT_EQ(table_text(table, kAdded),
            "a,b,partwise_label,partwise_probability\n\"x, y\",1,yes,0.75\n\"two\nlines\",,,\n");
}

TEST(Table, TsvComesBackAsTsv) {
  const test::TempDir dir;
  EXPECT_EQ(table_text(table_of(dir, "t.tsv", "a\tb\nx, y\t1\nz\t2\n"), kAdded),
            "a\tb\tpartwise_label\tpartwise_probability\nx, y\t1\tyes\t0.75\nz\t2\t\t\n");
}

TEST(Table, CsvKeepsItsSeparator) {
  const test::TempDir dir;
  EXPECT_EQ(table_text(table_of(dir, "t.csv", "a;b\n\"x;y\";1,5\nz;\n"), kAdded),
            "a;b;partwise_label;partwise_probability\n\"x;y\";\"1,5\";yes;0.75\nz;;;\n");
  EXPECT_EQ(table_text(table_of(dir, "t.csv", "sep=|\na|b, c\nx|1\ny|2\n"), kAdded),
            "sep=|\na|\"b, c\"|partwise_label|partwise_probability\nx|1|yes|0.75\ny|2||\n");
}

TEST(Table, WhatComesBackIsReadAsTheSame) {
  const test::TempDir dir;
  for (const char* text :
       {"a;b\n\"x;y\";1,5\n\"q\"\"\";\"two\nlines\"\n", "sep=;\na\nx\ny\n", "\"a,b\";c\n1;2\n3;4\n"}) {
    const Table table = table_of(dir, "t.csv", text), again = table_of(dir, "again.csv", table_text(table, {}));
    EXPECT_EQ(again.columns, table.columns) << text;
    for (std::size_t i = 0; i < 2; ++i) EXPECT_EQ(again.rows[i].fields, table.rows[i].fields) << text;
  }
}

TEST(Table, AByteOrderMarkStaysInCsvAlone) {
  const test::TempDir dir;
  EXPECT_EQ(table_text(table_of(dir, "t.csv",
                                "\xEF\xBB\xBF"
                                "a\nx\ny\n"),
                       {}),
            "\xEF\xBB\xBF"
            "a\nx\ny\n");
  EXPECT_EQ(table_text(table_of(dir, "t.jsonl", "\xEF\xBB\xBF{\"a\": 1}\n"), {}), "{\"a\": 1}\n");
}

TEST(Table, Utf16ComesBackAsUtf8) {
  const test::TempDir dir;
  const std::string utf16(
      "\xFF\xFE"
      "a\0\n\0\xE9\0\n\0",
      10);
  EXPECT_EQ(table_text(table_of(dir, "t.csv", utf16), {}), "a\n\xC3\xA9\n");
}

TEST(Table, ATsvByItsTextComesBackAsTsv) {
  const test::TempDir dir;
  EXPECT_EQ(table_text(table_of(dir, "table", "a\tb\nx, \"y\"\t1\n"), {}), "a\tb\nx, \"y\"\t1\n");
}

TEST(Table, RowsOfJsonKeepTheirKeysInOrder) {
  const test::TempDir dir;
  EXPECT_EQ(table_text(table_of(dir, "t.jsonl", "{\"b\": [1, {\"c\": 2}], \"a\": \"é\"}\n{\"a\": null}\n"), kAdded),
            "{\"b\": [1, {\"c\": 2}], \"a\": \"é\",\"partwise_label\":\"yes\",\"partwise_probability\":0.75}\n"
            "{\"a\": null,\"partwise_label\":null,\"partwise_probability\":null}\n");
}

TEST(Table, NumbersOfJsonKeepTheirDigits) {
  const test::TempDir dir;
  const std::string numbers = "\"a\": 12345678901234567890123, \"b\": 3.14159265358979323846, \"c\": 1E5";
  EXPECT_EQ(table_text(table_of(dir, "t.jsonl", "{" + numbers + "}\n{}\n"), kAdded),
            "{" + numbers + ",\"partwise_label\":\"yes\",\"partwise_probability\":0.75}\n" +
                "{\"partwise_label\":null,\"partwise_probability\":null}\n");
}

TEST(Table, AnObjectOverSeveralLinesIsOneLine) {
  const test::TempDir dir;
  const std::string text = table_text(table_of(dir, "t.json", "[{\"a\":\n 1}, {\"a\": 2}]"), kAdded);
  EXPECT_TRUE(text.starts_with("[\n{\"a\":1,\"partwise_label\":")) << text;
}

TEST(Table, AListStaysAList) {
  const test::TempDir dir;
  const Table table = table_of(dir, "t.json", "[{\"a\": 1},\n {\"a\": 2}]");
  const std::string text = table_text(table, kAdded);
  EXPECT_EQ(Json::parse(text).size(), 2u);
  EXPECT_EQ(Json::parse(text)[0]["partwise_label"], "yes");
}

TEST(Table, ColumnsOfAnEarlierRunAreReplaced) {
  const test::TempDir dir;
  EXPECT_EQ(table_text(table_of(dir, "t.csv", "partwise_label,a\nold,1\nold,2\n"), kAdded),
            "a,partwise_label,partwise_probability\n1,yes,0.75\n2,,\n");
  EXPECT_EQ(table_text(table_of(dir, "t.jsonl", "{\"partwise_label\": \"old\", \"a\": 1}\n{\"a\": 2}\n"), kAdded),
            "{\"a\":1,\"partwise_label\":\"yes\",\"partwise_probability\":0.75}\n"
            "{\"a\": 2,\"partwise_label\":null,\"partwise_probability\":null}\n");
}

TEST(Table, AllColumnsOfAnEarlierRunGo) {
  const test::TempDir dir;
  EXPECT_EQ(table_text(table_of(dir, "t.csv", "partwise_ask,a,partwise_error\n3,1,old\n4,2,\n"), kAdded),
            "a,partwise_label,partwise_probability\n1,yes,0.75\n2,,\n");
  EXPECT_EQ(table_text(table_of(dir, "t.jsonl", "{\"partwise_error\": \"old\", \"a\": 1}\n{\"a\": 2}\n"), {}),
            "{\"a\":1}\n{\"a\": 2}\n");
}

TEST(Table, RowsOnOneLineHavePlacesOfTheirOwn) {
  const test::TempDir dir;
  const Table table = table_of(dir, "t.json", "\xEF\xBB\xBF[{\"a\": 1}, {\"a\": 2}]");
  ASSERT_EQ(table.rows.size(), 2u);
  EXPECT_EQ(table.form.kind, TableForm::json_list);
  EXPECT_NE(table.rows[0].place, table.rows[1].place);
  EXPECT_NE(table.rows[1].place.find("row 2"), std::string::npos) << table.rows[1].place;
}

TEST(Table, ColumnsWithoutANameStay) {
  const test::TempDir dir;
  EXPECT_EQ(table_text(table_of(dir, "t.csv", ",a\n0,x\n1,y\n"), kAdded),
            ",a,partwise_label,partwise_probability\n0,x,yes,0.75\n1,y,,\n");
}

TEST(Table, ColumnsOfJsonAreAllThatOccur) {
  const test::TempDir dir;
  EXPECT_THAT(table_of(dir, "t.jsonl", "{\"b\": 1}\n{\"a\": 2}\n").columns, ElementsAre("a", "b"));
}

}  // namespace
}  // namespace partwise::internal
