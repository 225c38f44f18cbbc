#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "prompts/prompts.h"
#include "support/errors.h"
#include "support/mutations.h"
#include "support/paths.h"

namespace partwise::internal {
namespace {

using namespace std::string_view_literals;
using test::error_of;
using test::TempDir;
using test::write_file;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

PromptSet parse(const std::string& text) { return parse_prompt_file(text, "p.jsonl"); }

TEST(RawPrompts, TextAndWords) {
  const PromptSet set = parse(
      "{\"prompt\": \"a b\", \"options\": [\" x\", \" y\"], \"label\": 1, \"id\": 7}\n\n"
      "{\"prompt\": \"c\", \"options\": [\" x\", \" y\"], \"label\": \" x\"}\n"
      "{\"prompt\": \"c\", \"options\": [\" x\", \" y\"], \"label\": \"y\"}\n"
      "{\"prompt\": \"c\", \"options\": [\" z\", \" w\"]}\n"
      "{\"prompt\": \"c\", \"options\": [\" z\", \" w\"], \"label\": null}\n"
      "{\"prompt\": \"c\", \"options\": [\" z\", \" w\"], \"label\": -1}\n");
  ASSERT_EQ(set.prompts.size(), 6u);
  EXPECT_EQ(set.prompts[0].text, "a b");
  EXPECT_THAT(set.prompts[0].options, ElementsAre(" x", " y"));
  const std::vector<std::int32_t> labels = {1, 0, 1, -1, -1, -1};
  for (std::size_t i = 0; i < labels.size(); ++i) EXPECT_EQ(set.prompts[i].label, labels[i]) << i;
  EXPECT_EQ(set.prompts[1].place, "p.jsonl line 3");
  EXPECT_TRUE(set.split.empty());
  EXPECT_TRUE(set.label_words.empty()) << "not all rows have the same words";
  EXPECT_EQ(set.info.entries.at("prompts"), "p.jsonl");
}

TEST(RawPrompts, SourcesLieInThePromptInOrderAndApart) {
  const auto with = [](const std::string& sources) {
    return "{\"prompt\": \"abcdef\", \"options\": [\"x\", \"y\"], \"sources\": " + sources + "}";
  };
  const PromptSet set = parse(with(R"([{"name": "a", "begin": 0, "end": 2}, {"name": "b", "begin": 2, "end": 6}])"));
  EXPECT_THAT(set.prompts[0].spans, ElementsAre(SourceSpan{"a", 0, 2}, SourceSpan{"b", 2, 6}));
  EXPECT_THAT(parse(with("null")).prompts[0].spans, ElementsAre());
  for (const char* wrong :
       {R"({"name": "a"})", R"([1])", R"([{"name": "a", "begin": 0}])", R"([{"name": "", "begin": 0, "end": 1}])",
        R"([{"name": "a", "begin": -1, "end": 1}])", R"([{"name": "a", "begin": 0, "end": 7}])",
        R"([{"name": "a", "begin": 2, "end": 2}])", R"([{"name": "a", "begin": 0, "end": 18446744073709551615}])",
        R"([{"name": "a", "begin": 0, "end": 2}, {"name": "b", "begin": 1, "end": 3}])"})
    EXPECT_THAT(error_of([&] { parse(with(wrong)); }).what(), HasSubstr("p.jsonl line 1: ")) << wrong;
}

TEST(RawPrompts, ALabelIsTheVeryOptionWhereThereIsOne) {
  const PromptSet set =
      parse("{\"prompt\": \"a\", \"options\": [\" x\", \"x\"], \"label\": \"x\", \"text\": \"more\"}\n");
  EXPECT_EQ(set.prompts[0].label, 1);
}

TEST(RawPrompts, LabelWordsAreThoseOfAllRows) {
  const std::string row = "{\"prompt\": \"a\", \"options\": [\" x\", \" y\"]}\n";
  const PromptSet same = parse(row + "{\"prompt\": \"b\", \"options\": [\"x\", \"y\"]}\n");
  EXPECT_THAT(same.label_words, ElementsAre("x", "y"));
  EXPECT_EQ(same.info.entries.at("label_words"), "[\"x\",\"y\"]");
  EXPECT_TRUE(parse(row + "{\"prompt\": \"b\", \"options\": [\" y\", \" x\"]}\n").label_words.empty());
  EXPECT_THAT(parse("{\"prompt\": \"a\", \"options\": [\" x\", \"x\"]}\n").label_words, ElementsAre(" x", "x"))
      << "a space tells them apart";
}

TEST(RawPrompts, Ids) {
  const PromptSet set = parse(
      "{\"ids\": [1, 2, 3], \"option_ids\": [4, 5], \"label\": 0}\n"
      "{\"ids\": [1], \"options\": [\"x\", \"y\"], \"option_ids\": [4, 5], \"label\": \"y\"}\n");
  EXPECT_THAT(set.prompts[0].ids, ElementsAre(1, 2, 3));
  EXPECT_THAT(set.prompts[0].label_ids, ElementsAre(4, 5));
  EXPECT_EQ(set.prompts[0].text, "");
  EXPECT_EQ(set.prompts[1].label, 1);
  EXPECT_TRUE(set.label_words.empty()) << "the first row names none";
  EXPECT_FALSE(set.info.entries.contains("label_words"));
}

TEST(RawPrompts, MaySayWhatIsLiteral) {
  const PromptSet set = parse(
      "{\"prompt\": \"abcd\", \"options\": [\"x\", \"y\"], \"literal_spans\": [{\"begin\": 0, \"end\": 1}, "
      "{\"begin\": 2, \"end\": 4}]}\n");
  EXPECT_EQ(set.prompts[0].literal, (std::vector<TextSpan>{{0, 1}, {2, 4}}));
  EXPECT_FALSE(set.prompts[0].literal_options);
}

TEST(RawPrompts, AWholeNumberIsAnIndexHoweverItIsWritten) {
  const auto label = [](const char* value) {
    return parse(R"({"prompt": "a", "options": [" x", " y"], "label": )" + std::string(value) + "}").prompts[0].label;
  };
  EXPECT_EQ(label("1.0"), 1) << "as tables write whole numbers beside empty cells";
  EXPECT_EQ(label("0.0"), 0);
  EXPECT_EQ(label("-1.0"), -1);
  EXPECT_THAT(error_of([&] { label("2.0"); }).what(), HasSubstr("label 2 is outside 0 to 1"));
  EXPECT_THAT(error_of([&] { label("0.5"); }).what(), HasSubstr("'label' holds 0.5"));
  EXPECT_THAT(error_of([&] { label("1e300"); }).what(), HasSubstr("'label' holds 1e+300"));
}

TEST(RawPrompts, FaultsAreNamedWithTheirLine) {
  const std::string good = "{\"prompt\": \"a\", \"options\": [\" x\", \" y\"]}\n";
  const std::vector<std::pair<std::string, std::string>> faults = {
      {"", "p.jsonl: no prompt"},
      {"\n\n", "p.jsonl: no prompt"},
      {good + "{\"prompt\": \n", "p.jsonl line 2: not valid JSON"},
      {good + "[1]\n", "line 2: a row is a JSON object"},
      {good + "{\"prompt\": \"a\", \"prompt\": \"b\"}\n", "line 2: the key \"prompt\" is given twice"},
      {good + "{\"options\": [\" x\", \" y\"]}\n", "line 2: a row has either 'prompt' or 'ids'"},
      {good + "{\"prompt\": \"a\", \"ids\": [1], \"options\": [\" x\", \" y\"]}\n", "either 'prompt' or 'ids'"},
      {good + "{\"prompt\": \"\", \"options\": [\" x\", \" y\"]}\n", "line 2: 'prompt' must be a text, not empty"},
      {good + "{\"prompt\": 3, \"options\": [\" x\", \" y\"]}\n", "line 2: 'prompt' must be a text"},
      {good + "{\"ids\": [], \"option_ids\": [1, 2]}\n", "'ids' must be a list of token ids, not empty"},
      {good + "{\"ids\": 3, \"option_ids\": [1, 2]}\n", "'ids' must be a list of token ids"},
      {good + "{\"ids\": [1.5], \"option_ids\": [1, 2]}\n", "'ids' holds 1.5"},
      {good + "{\"ids\": [4294967297], \"option_ids\": [1, 2]}\n", "'ids' holds 4294967297"},
      {good + "{\"ids\": [18446744073709551615], \"option_ids\": [1, 2]}\n", "'ids' holds 18446744073709551615"},
      {good + "{\"ids\": [-4294967297], \"option_ids\": [1, 2]}\n", "'ids' holds -4294967297"},
      {good + "{\"prompt\": \"a\"}\n", "line 2: at least two 'options' or 'option_ids'"},
      {good + "{\"prompt\": \"a\", \"options\": [\" x\"]}\n", "line 2: at least two"},
      {good + "{\"prompt\": \"a\", \"options\": [\" x\", 3]}\n", "'options' must be a text"},
      {good + "{\"prompt\": \"a\", \"options\": \"x y\"}\n", "'options' must be a list"},
      {good + "{\"prompt\": \"a\", \"options\": [\" x\", \" y\"], \"option_ids\": [1, 2, 3]}\n",
       "2 options, but 3 option_ids"},
      {good + "{\"prompt\": \"a\", \"options\": [\" x\", \" y\", \" z\"]}\n",
       "line 2: 3 options, but the first row has 2"},
      {good + "{\"prompt\": \"a\", \"options\": [\" x\", \" y\"], \"label\": 2}\n", "label 2 is outside 0 to 1"},
      {good + "{\"prompt\": \"a\", \"options\": [\" x\", \" y\"], \"label\": -2}\n", "label -2 is outside"},
      {good + "{\"prompt\": \"a\", \"options\": [\" x\", \" y\"], \"label\": \"z\"}\n",
       "label 'z' is none of the options"},
      {good + "{\"prompt\": \"a\", \"options\": [\" x\", \" y\"], \"label\": [0]}\n", "'label' holds [0]"},
      {good + "{\"prompt\": \"abc\", \"options\": [\" x\", \" y\"], \"literal_spans\": 3}\n", "must be a list"},
      {good + "{\"prompt\": \"abc\", \"options\": [\" x\", \" y\"], \"literal_spans\": [3]}\n", "not 3"},
      {good + "{\"prompt\": \"abc\", \"options\": [\" x\", \" y\"], \"literal_spans\": [{\"begin\": 1, \"end\": 4}]}\n",
       "does not lie between 0"},
      {good + "{\"ids\": [1], \"option_ids\": [1, 2], \"literal_spans\": []}\n", "is of a 'prompt'"},
      {good + "{\"prompt\": \"\xff\", \"options\": [\" x\", \" y\"]}\n", "line 2: not valid UTF-8"},
  };
  for (const auto& [text, message] : faults) {
    const Error error = error_of([&text = text] { parse(text); });
    EXPECT_EQ(error.code(), ErrorCode::bad_data) << text;
    EXPECT_THAT(error.what(), HasSubstr(message)) << text;
  }
}

TEST(PaperPrompts, TheLabelWordIsCutOffWithItsSpace) {
  const PromptSet set = parse(
      "{\"text\": \"Review: fun\\nSentiment: positive\", \"options\": [\"negative\", \"positive\"]}\n"
      "{\"text\": \"Review: no\\nSentiment: negative\", \"options\": [\" negative\", \" positive\"]}\n");
  EXPECT_EQ(set.prompts[0].text, "Review: fun\nSentiment:");
  EXPECT_EQ(set.prompts[1].text, "Review: no\nSentiment:");
  for (const Prompt& prompt : set.prompts) EXPECT_THAT(prompt.options, ElementsAre(" negative", " positive"));
  EXPECT_EQ(set.prompts[0].label, 1);
  EXPECT_EQ(set.prompts[1].label, 0);
  EXPECT_THAT(set.label_words, ElementsAre("negative", "positive"));
}

TEST(PaperPrompts, ADefinitionGoesInFrontOfEveryPrompt) {
  const PromptSet set = parse(
      "{\"definition\": \"Judge.\"}\n{\"text\": \"a: x\", \"options\": [\"x\", \"y\"]}\n"
      "{\"text\": \"b: y\", \"options\": [\"x\", \"y\"]}\n");
  ASSERT_EQ(set.prompts.size(), 2u);
  EXPECT_EQ(set.prompts[0].text, "Judge.\n\na:");
  EXPECT_EQ(set.prompts[1].text, "Judge.\n\nb:");
}

TEST(PaperPrompts, AWordAfterALineEndHasNoSpace) {
  const PromptSet set = parse("{\"text\": \"a\\nx\", \"options\": [\"x\", \"y\"]}\n");
  EXPECT_EQ(set.prompts[0].text, "a\n");
  EXPECT_THAT(set.prompts[0].options, ElementsAre("x", "y"));
}

TEST(PaperPrompts, TheLongestWordWinsAndWordsAreWhole) {
  const std::string options = "\"options\": [\"duplicate\", \"not duplicate\", \"no\"]}\n";
  EXPECT_EQ(parse("{\"text\": \"a: not duplicate\", " + options).prompts[0].label, 1);
  EXPECT_EQ(parse("{\"text\": \"a: duplicate\", " + options).prompts[0].label, 0);
  const Error piano = error_of([&] { parse("{\"text\": \"a: piano\", " + options); });
  EXPECT_THAT(piano.what(), HasSubstr("p.jsonl line 1: the text does not end in one of the options"));
  EXPECT_EQ(error_of([&] { parse("{\"text\": \"no\", " + options); }).code(), ErrorCode::bad_data) << "nothing is left";
}

TEST(PaperPrompts, OptionsMustBeThere) {
  EXPECT_THAT(error_of([] { parse("{\"text\": \"a: x\"}\n"); }).what(), HasSubstr("line 1: 'options' is missing"));
  EXPECT_THAT(error_of([] { parse("{\"definition\": \"Judge.\"}\n"); }).what(), HasSubstr("p.jsonl: no prompt"));
}

TEST(PromptFiles, DamagedFilesAreReadOrRefused) {
  const std::string raw =
      "{\"prompt\": \"a\", \"options\": [\" x\", \" y\"], \"label\": 1}\n"
      "{\"ids\": [1, 22], \"option_ids\": [3, 4], \"label\": 0}\n";
  const std::string paper = "{\"definition\": \"D\"}\n{\"text\": \"a: x\", \"options\": [\"x\", \"y\"]}\n";
  EXPECT_GT(test::parse_mutations(raw, [](const std::string& text) { parse(text); }), 0);
  EXPECT_GT(test::parse_mutations(paper, [](const std::string& text) { parse(text); }), 0);
}

TEST(PromptFiles, AreReadFromDisk) {
  test::TempDir dir;
  test::write_file(dir / "p.jsonl", "{\"ids\": [1], \"option_ids\": [3, 4]}\n");
  EXPECT_EQ(read_prompt_file(dir / "p.jsonl").prompts.size(), 1u);
  EXPECT_EQ(error_of([&] { read_prompt_file(dir / "none"); }).code(), ErrorCode::missing_input);
}

TEST(PromptFiles, SharedRunsAreRead) {
  if (!test::shared_dir()) GTEST_SKIP() << "shared fixtures are not here";
  const auto set = read_prompt_file(*test::shared_dir() / "fixtures" / "runs" / "sst2.test.jsonl");
  EXPECT_EQ(set.prompts.size(), 200u);
  EXPECT_THAT(set.label_words, ElementsAre("negative", "positive"));
  for (const Prompt& prompt : set.prompts) EXPECT_TRUE(prompt.text.ends_with("Sentiment:"));
}

/// gzip.compress(b'{"prompt": "it is", "options": [" a", " b"], "label": 1}\n', mtime=0)
constexpr std::string_view kPackedPrompts =
    "\037\213\010\000\000\000\000\000\002\003\253\126\052\050\312\317\055\050\121\262\122\120\312\054\121\310\054\126\322\121\120\312\057\050\311\314\317\053\006\212\105\053\051\044\202\104\024\222\224\142\201\124\116\142\122\152\016\120\330\260\226\013\000\344\363\113\264\071\000\000\000"sv;

TEST(ReadPromptFile, TakesTheSameFilesAsData) {
  TempDir dir;
  write_file(dir / "prompts.jsonl.gz", std::string(kPackedPrompts));
  const PromptSet set = read_prompt_file(dir / "prompts.jsonl.gz");
  ASSERT_EQ(set.prompts.size(), 1u);
  EXPECT_EQ(set.prompts[0].text, "it is");
  write_file(dir / "list.json",
             "[{\"prompt\": \"p\",\n \"options\": [\"a\", \"b\"]},\n"
             "{\"prompt\": \"q\", \"options\": [\"a\", \"b\"]}]\n");
  EXPECT_EQ(read_prompt_file(dir / "list.json").prompts.at(1).text, "q");
  write_file(dir / "old.jsonl", "{\"ids\": [1], \"option_ids\": [2, 3]}\r{\"ids\": [4], \"option_ids\": [2, 3]}\r");
  EXPECT_EQ(read_prompt_file(dir / "old.jsonl").prompts.at(1).ids, std::vector<TokenId>{4});
  write_file(dir / "prompts.parquet", "PAR1\x15\x04\x15\xf8");
  EXPECT_THAT(error_of([&] { read_prompt_file(dir / "prompts.parquet"); }).what(), HasSubstr("Parquet"));
}

}  // namespace
}  // namespace partwise::internal
