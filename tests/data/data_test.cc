#include "data/data.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <utility>

#include "base/json.h"
#include "data/builtin.h"
#include "data/delimited.h"
#include "data/missing_column.h"
#include "support/errors.h"
#include "support/mutations.h"
#include "support/paths.h"

namespace partwise::internal {
namespace {

using test::error_of;
using test::TempDir;
using test::write_file;
using ::testing::AllOf;
using ::testing::AnyOf;
using ::testing::ElementsAre;
using ::testing::Ge;
using ::testing::HasSubstr;
using ::testing::Le;
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
  EXPECT_THAT(rows[0].fields, ElementsAre(Pair("b", "true"), Pair("i", "-7"), Pair("none", ""), Pair("s", "a\u00e9\n"),
                                          Pair("x", "1.5")));
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

/// The content of the rows as one text.
std::string contents(const std::vector<DataRow>& rows) {
  std::string text;
  for (const DataRow& row : rows) {
    for (const auto& [name, value] : row.fields) text += name + "=" + value + ";";
    text += " @" + row.place.substr(row.place.find(' ') + 1) + "\n";
  }
  return text;
}

TEST(Jsonl, RowsMayGoOverSeveralLinesOrLieInAList) {
  EXPECT_EQ(contents(parse_jsonl("{\n \"a\": \"x]\",\n \"b\": {\"c\": 1}\n}\n\n{\n \"a\": \"y\"\n}\n", "t")),
            "a=x];b.c=1; @line 1\na=y; @line 6\n");
  EXPECT_EQ(contents(parse_jsonl("\n[\n {\"a\": \"x, ] \\\" {\"},\n {\"a\": \"y\",\r\n  \"b\": [1, 2]}\n]\n", "t")),
            "a=x, ] \" {; @line 3\na=y;b.0=1;b.1=2; @line 4\n");
  EXPECT_EQ(contents(parse_jsonl("[{\"a\": 1}, {\"a\": 2}]", "t")), "a=1; @line 1\na=2; @line 1\n");
  EXPECT_TRUE(parse_jsonl(" [ ] ", "t").empty());
}

TEST(Jsonl, ABrokenRowIsNamedByItsLineWhateverFollows) {
  const auto message = [](const std::string& text) {
    return std::string(error_of([&] { parse_jsonl(text, "t"); }).what());
  };
  EXPECT_THAT(message("{\"a\": 1}\n{\"a\": \"x\n{\"a\": 2}\n"), HasSubstr("t line 2: not valid JSON"));
  EXPECT_THAT(message("{\"a\": 1}{\"a\": 2}\n"), HasSubstr("t line 1: not valid JSON"));
  EXPECT_THAT(message("[{\"a\": 1},\n{\"a\": 2}"), HasSubstr("t line 1: the list that begins here is not closed"));
  EXPECT_THAT(message("[{\"a\": 1}]\n[{\"a\": 2}]"), HasSubstr("t line 2: something follows the list"));
  EXPECT_THAT(message("[{\"a\": 1},\n]"), HasSubstr("t line 2: a comma stands before the end of the list"));
  EXPECT_THAT(message("[[\"a\", \"b\"]]"), HasSubstr("t line 1: not a JSON object"));
}

TEST(Jsonl, WhatOtherProgramsWriteForJsonIsNamed) {
  const auto hint = [](const std::string& text) { return error_of([&] { parse_jsonl(text, "t"); }).hint(); };
  EXPECT_THAT(hint("{\"text\": \"NaN is text\", \"label\": NaN}"), HasSubstr("NaN is no JSON: write null"));
  EXPECT_THAT(hint("{\"label\": -Infinity}"), HasSubstr("Infinity is no JSON: write null"));
  EXPECT_THAT(hint("{'text': 'a'}"), HasSubstr("json.dumps"));
  EXPECT_THAT(hint("{\"a\": None}"), HasSubstr("json.dumps"));
  EXPECT_THAT(hint("{\"a\": True, \"b\": \"None\"}"), HasSubstr("json.dumps"));
  EXPECT_EQ(hint("{\"a\": \"True\", \"b\": }"), "");
}

TEST(Jsonl, MarksThatAreTooManyAndHalvesOfCharactersAreNamed) {
  const auto hint = [](const std::string& text) { return error_of([&] { parse_jsonl(text, "t"); }).hint(); };
  for (const char* text :
       {"{\"a\": 1}{\"a\": 2}", "{\"a\": {\"b\": 1}} {\"a\": 2}", "{\"a\": 1}, {\"a\": 2}", "{\"a\": 1},"})
    EXPECT_THAT(hint(text), HasSubstr("one object a line")) << text;
  EXPECT_THAT(hint("{\"a\": 1,}"), HasSubstr("the comma before the closing }"));
  EXPECT_THAT(hint("{\"a\": [1, 2, ]}"), HasSubstr("the comma before the closing ]"));
  EXPECT_THAT(hint("[{\"a\": 1},\n]"), HasSubstr("take the comma away"));
  EXPECT_THAT(hint("{\"a\": \"x \\ud83d\"}"), HasSubstr("half of a pair"));
  EXPECT_EQ(hint("{\"a\": \"}{ ,]\", }x"), "take the comma before the closing } away");
}

TEST(Jsonl, NamesAreComposed) {
  const auto rows = parse_jsonl("{\"cate\u0301gorie\": \"e\\u0301\", \"o\": {\"e\\u0301\": 1}}", "t");
  EXPECT_THAT(rows.at(0).fields, ElementsAre(Pair("cat\u00e9gorie", "e\u0301"), Pair("o.\u00e9", "1")))
      << "names are composed, values are as they are";
}

TEST(Jsonl, ErrorsNameTheLine) {
  EXPECT_THAT(read_error("x.jsonl", "{\"a\": 1}\n{\"a\": ").what(), HasSubstr("x.jsonl line 2: not valid JSON"));
  EXPECT_THAT(read_error("x.jsonl", "{\"a\": 1}\n\n{\"a\": \"\xff\"}\n").what(), HasSubstr("line 3: not valid UTF-8"));
  const Error word = read_error("x.json", "{\"a\": 1}\nword\n{\"a\": 2}\n");
  EXPECT_THAT(word.what(), HasSubstr("line 2: not a JSON object"));
  EXPECT_THAT(word.hint(), HasSubstr("a row is an object"));
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

/// A table as other programs write it, and its expected rows.
struct Table {
  const char* text;
  const char* rows;  // as contents() writes them
};

TEST(Csv, TablesOfSpreadsheetsAndOldMacsAreRead) {
  const std::vector<Table> tables = {
      {"text;label\r\n\"a; b\";x\r\nc, d;y\r\n", "label=x;text=a; b; @line 2\nlabel=y;text=c, d; @line 3\n"},
      {"sep=;\r\ntext;label\r\na;x\r\n", "label=x;text=a; @line 3\n"},
      {"sep=|\ntext|label\na, b;|x\n", "label=x;text=a, b;; @line 3\n"},
      {"\"a;b\",label\n1,2\n", "a;b=1;label=2; @line 2\n"},
      {"\"text\";\"label\"\n\"a, b\";\"x\"\n", "label=x;text=a, b; @line 2\n"},
      {"\n\"a \"\"b\"\"\";label;\"c, d\"\n1;x;2\n", "a \"b\"=1;c, d=2;label=x; @line 3\n"},
      {"\"a;b\"\n1;2\n", "a;b=1;2; @line 2\n"},
      {"text,label\ra,x\r\r\"b\rc\",y", "label=x;text=a; @line 2\nlabel=y;text=b\rc; @line 4\n"},
      {"text,label\r\"a\nb\",x\rc,y\r", "label=x;text=a\nb; @line 2\nlabel=y;text=c; @line 4\n"},
      {"text,label\r\r\na,x\r\r\n", "label=x;text=a; @line 3\n"},
      {"text,label\na\rb,x\r\nc,y\n", "label=x;text=a\rb; @line 2\nlabel=y;text=c; @line 3\n"},
      {",text,label,,\n0,a,x,,\n,,,,\n1,b,y,,z\n", "label=x;text=a; @line 2\nlabel=y;text=b; @line 4\n"},
      {"\xEF\xBB\xBF\"text\",\"label\"\n\"a\",\"x\"\n", "label=x;text=a; @line 2\n"},
  };
  for (const Table& table : tables) EXPECT_EQ(contents(parse_csv(table.text, "t")), table.rows) << table.text;
}

TEST(Csv, TheHeaderIsKeptInOrderAndSoAreCellsWithoutAName) {
  const DataFile table = parse_csv_table("sep=;\n;text;zz; ;aa\n0;a;b;c;d\n", "t");
  EXPECT_THAT(table.columns, ElementsAre("", "text", "zz", "", "aa"));
  ASSERT_EQ(table.rows.size(), 1u);
  EXPECT_THAT(table.rows[0].unnamed, ElementsAre("0", "c"));
  EXPECT_THAT(table.rows[0].fields, ElementsAre(Pair("aa", "d"), Pair("text", "a"), Pair("zz", "b")));
}

TEST(Csv, RowsThatDoNotFitTheHeaderSayWhatMayHaveHappened) {
  const auto hint = [](const std::string& text) { return read_error("x.csv", text).hint(); };
  EXPECT_THAT(hint("text|label\na, b|x\n"), HasSubstr("separated by bars"));
  EXPECT_THAT(hint("Report of May\n\ntext,label\na,x\n"), HasSubstr("is 'Report of May' the header"));
  EXPECT_THAT(hint("text,label\n'a, b','x'\n"), HasSubstr("double quotes, not in single ones"));
  EXPECT_THAT(hint("label,text\nx, \"a, b\"\n"), HasSubstr("no space before it"));
  EXPECT_THAT(hint("text,label\na,x,\n"), HasSubstr("the row ends in an empty cell"));
  EXPECT_THAT(hint("text,label\na\n"), HasSubstr("as many cells as the header"));
  EXPECT_THAT(hint("text,label\na, b,x\n"), HasSubstr("double quotes"));
  EXPECT_THAT(read_error("x.csv", "text,label\na,x\ntext,label\nb,y\n").what(), HasSubstr("line 3: the header once"));
  EXPECT_THAT(read_error("x.csv", "{\"text\": \"a\"}\n").hint(), HasSubstr("name it .jsonl"));
}

TEST(Csv, SemicolonsWhoseHeaderHoldsACommaAreNamed) {
  const std::string header = "text;label;size (a, b)\n";
  for (const char* row : {"nice;x;1\n", "\"nice\";x;1\n", "nice, and;x;1,5;\n"})
    EXPECT_THAT(read_error("x.csv", header + row).hint(), HasSubstr("sep=;")) << row;
  const Error missing = missing_column(read_text_as("x.csv", header + "nice, and;x;1\n").at(0), "label", "");
  EXPECT_THAT(missing.what(), HasSubstr("no column 'label'"));
  EXPECT_THAT(missing.hint(), HasSubstr("sep=;"));
  EXPECT_EQ(contents(read_text_as("x.csv", "sep=;\n" + header + "nice, and;x;1\n")),
            "label=x;size (a, b)=1;text=nice, and; @line 3\n")
      << "as the hint says";
}

TEST(Tsv, LinesOfOldMacs) {
  EXPECT_EQ(contents(parse_tsv("text\tlabel\ra\tx\r\rb\ty", "t")),
            "label=x;text=a; @line 2\nlabel=y;text=b; @line 4\n");
}

TEST(Tsv, CellsThatCsvWouldQuoteAreSaid) {
  TempDir dir;
  write_file(dir / "a.tsv", "text\tlabel\n\"he said \"\"no\"\" twice\"\tx\n\"Good\"\ty\n\"\"\"a\"\"\"\tx\n");
  const DataFile file = read_data_file(dir / "a.tsv");
  EXPECT_EQ(file.rows[0].fields.at("text"), "\"he said \"\"no\"\" twice\"") << "the text stays as it is";
  ASSERT_EQ(file.notes.size(), 1u);
  EXPECT_THAT(file.notes[0], HasSubstr("2 cells stand in double quotes"));
  write_file(dir / "b.tsv", "text\tlabel\n\"Good\" and \"bad\"\tx\n\"Good\"\ty\n");
  EXPECT_TRUE(read_data_file(dir / "b.tsv").notes.empty());
}

TEST(Tsv, OnlyTabsSeparateAndQuotesAreText) {
  const auto rows = parse_tsv("text\tlabel\r\n\"a, b\tx\r\nc\t\r\n", "t.tsv");
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_THAT(rows[0].fields, ElementsAre(Pair("label", "x"), Pair("text", "\"a, b")));
  EXPECT_THAT(rows[1].fields, ElementsAre(Pair("label", ""), Pair("text", "c")));
  EXPECT_THAT(error_of([] { parse_tsv("a\tb\nc\n", "t.tsv"); }).what(),
              HasSubstr("t.tsv line 2: 1 column, but the header has 2"));
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

TEST(ReadData, AHeaderAloneIsATableWhereNoRowIsNeeded) {
  TempDir dir;
  const auto read = [&](const char* name, const char* text) {
    write_file(dir / name, text);
    return read_any_rows(dir / name);
  };
  EXPECT_THAT(read("x.csv", "text,label\n").columns, ElementsAre("text", "label"));
  EXPECT_THAT(read("x.tsv", "text\tlabel\n").columns, ElementsAre("text", "label"));
  EXPECT_TRUE(read("x.json", "[]").rows.empty());
  EXPECT_TRUE(read("x.jsonl", "").rows.empty());
  EXPECT_THAT(error_of([&] { read("y.csv", "\n"); }).what(), HasSubstr("no row of data"));
}

TEST(ReadData, DamagedFilesAreReadOrRefused) {
  const std::string jsonl =
      "{\"text\": \"a\u00e9 b\", \"n\": {\"x\": [1, true]}, \"label\": \"x\"}\n{\"text\": \"c\"}\n";
  const std::string csv = "text,label\r\n\"a \"\"\u00e9\"\", b\nc\",x\r\nd,y\n";
  EXPECT_GT(test::parse_mutations(jsonl, [](const std::string& text) { parse_jsonl(text, "t"); }), 0);
  EXPECT_GT(test::parse_mutations(csv, [](const std::string& text) { parse_csv(text, "t"); }), 0);
  EXPECT_GT(test::parse_mutations(csv, [](const std::string& text) { parse_tsv(text, "t"); }), 0);
}

/// The row's label; it is taken out, so that the texts are left.
std::string take_label(DataRow& row) {
  for (const char* column : {"label", "category"})
    if (auto cell = row.fields.extract(column)) return cell.mapped();
  return "";
}

TEST(BuiltinData, HoldsTheFilesByteForByte) {
  ASSERT_EQ(builtin_data().size(), 4u);
  EXPECT_EQ(builtin_data()[0].name, "intents");
  EXPECT_EQ(builtin_data()[1].name, "news");
  EXPECT_EQ(builtin_data()[2].name, "reviews");
  EXPECT_EQ(builtin_data()[3].name, "tickets");
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
  const std::map<std::string_view, std::size_t> n_labels = {
      {"intents", 24}, {"news", 4}, {"reviews", 2}, {"tickets", 5}};
  for (const BuiltinData& data : builtin_data()) {
    std::set<std::map<std::string, std::string>> texts;
    std::size_t n_rows = 0;
    for (std::string_view split : {data.train, data.test}) {
      auto rows = parse_jsonl(split, data.name);
      n_rows += rows.size();
      std::map<std::string, int> counts;
      for (DataRow& row : rows) {
        ++counts[take_label(row)];
        texts.insert(row.fields);
      }
      EXPECT_EQ(counts.size(), n_labels.at(data.name));
      for (const auto& [label, count] : counts) EXPECT_EQ(count, counts.begin()->second) << data.name << " " << label;
    }
    EXPECT_GE(n_rows, data.name == "tickets" ? 160u : 400u) << data.name;
    EXPECT_EQ(texts.size(), n_rows) << data.name;
  }
}

/// Text columns -> label.
using LabelledTexts = std::map<std::map<std::string, std::string>, std::string>;

LabelledTexts labelled_texts(std::vector<DataRow> rows) {
  LabelledTexts labels;
  for (DataRow& row : rows) {
    row.fields.erase("id");
    std::string label = take_label(row);
    labels[row.fields] = std::move(label);
  }
  return labels;
}

std::string_view builtin_text(std::string_view path) {
  for (const EmbeddedFile& file : builtin_files())
    if (file.path == path) return file.content;
  return "";
}

/// data/tickets/tickets.csv: a table as somebody has it who has not labelled all rows yet.
TEST(BuiltinTickets, AreTheRowsOfBothFilesAndSixtyOfTheirLabels) {
  const auto rows = parse_csv(builtin_text("data/tickets/tickets.csv"), "tickets.csv");
  LabelledTexts expected = labelled_texts(parse_jsonl(builtin_data().at(3).train, "train"));
  expected.merge(labelled_texts(parse_jsonl(builtin_data().at(3).test, "test")));
  std::set<std::string> ids;
  for (const DataRow& row : rows) ids.insert(row.fields.at("id"));
  EXPECT_EQ(ids.size(), 160u);
  std::map<std::string, int> filled;
  const LabelledTexts found = labelled_texts(rows);
  ASSERT_EQ(found.size(), expected.size());
  for (const auto& [text, label] : found) {
    ASSERT_TRUE(expected.contains(text)) << text.at("subject");
    EXPECT_THAT(label, AnyOf("", expected.at(text))) << text.at("subject");
    ++filled[label];
  }
  EXPECT_EQ(std::exchange(filled[""], 12), 100);
  EXPECT_EQ(filled.size(), 6u);
  for (const auto& [label, count] : filled) EXPECT_THAT(count, AllOf(Ge(10), Le(14))) << label;
}

}  // namespace
}  // namespace partwise::internal
