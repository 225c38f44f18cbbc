#include "prompts/too_long.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <limits>

#include "base/error.h"
#include "support/errors.h"

namespace partwise::internal {
namespace {

using test::error_of;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// Every byte is a token, except that each label word is one token. So lengths can be counted by hand.
class Bytes : public Tokenizer {
 public:
  std::string description() const override { return "bytes"; }
  std::int64_t vocab_size() const override { return 258; }
  std::optional<TokenId> bos_id() const override { return std::nullopt; }
  std::optional<TokenId> eos_id() const override { return std::nullopt; }
  bool adds_bos() const override { return false; }
  std::vector<TokenId> encode(std::string_view text, const EncodeOptions&) const override {
    std::vector<TokenId> ids;
    while (!text.empty()) {
      const bool good = text.starts_with(" good"), bad = text.starts_with(" bad");
      ids.push_back(good ? 256 : bad ? 257 : static_cast<unsigned char>(text[0]));
      text.remove_prefix(good ? 5 : bad ? 4 : 1);
    }
    return ids;
  }
  std::string decode(const std::vector<TokenId>& ids, bool) const override {
    std::string text;
    for (TokenId id : ids) text += static_cast<char>(id);
    return text;
  }
  std::string token_text(TokenId id) const override { return decode({id}, false); }
};

const Bytes kBytes;

Task make_task(const std::string& doc_to_text) {
  Task task{"t", "label", {"good", "bad"}, {}, {}, {}};
  PromptTemplate wording;
  wording.doc_to_text = doc_to_text;
  wording.doc_to_choice = task.labels;
  task.templates = {wording};
  return task;
}

/// Rows at "train line 1" and so on. Their labels alternate between good and bad.
std::vector<DataRow> make_rows(const std::string& file, const std::vector<std::string>& texts) {
  std::vector<DataRow> rows;
  for (std::size_t i = 0; i < texts.size(); ++i)
    rows.push_back({{{"text", texts[i]}, {"label", i % 2 ? "bad" : "good"}}, file + " line " + std::to_string(i + 1)});
  return rows;
}

std::string letters(std::size_t n) { return std::string(n, 'a'); }

void tokenize(PromptSet& set) { tokenize_prompts(set, &kBytes, std::numeric_limits<std::int64_t>::max(), 258); }

/// Test rows of these texts with the template "{{text}}:", without demonstrations, and a pool of two short rows.
PromptSet make_set(const std::vector<std::string>& texts) {
  PromptSet set = build_prompts(make_task("{{text}}:"), make_rows("train", {"fine", "dull"}), make_rows("test", texts),
                                {.shots = 0, .labelled = 2});
  tokenize(set);
  return set;
}

PromptSet fitted(PromptSet set, TooLong how, std::int64_t n_ctx) {
  fit_to_context(set, how, &kBytes, n_ctx, 258);
  return set;
}

std::vector<std::string> test_texts(const PromptSet& set) {
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < set.prompts.size(); ++i)
    if (set.split[i] == Split::test) texts.push_back(set.prompts[i].text);
  return texts;
}

TEST(TooLong, SkippedRowsAreLeftOutCountedAndNamed) {
  PromptSet set = make_set({letters(9), letters(10), letters(3), letters(30)});
  set = fitted(set, TooLong::skip, 10);
  EXPECT_THAT(test_texts(set), ElementsAre(letters(9) + ":", letters(3) + ":"));
  EXPECT_EQ(set.split.size(), set.prompts.size());
  const auto rows = set.info.find(facts::kTooLong);
  ASSERT_TRUE(rows);
  EXPECT_EQ(*rows, (TooLongRows{TooLong::skip, 2, 6, 10, {"test line 2", "test line 4"}, {1, 3}}));
  EXPECT_THAT(describe(*rows), HasSubstr("2 of 6 rows do not fit into the model's context of 10 tokens and are left "
                                         "out: test line 2, test line 4"));
}

TEST(TooLong, PlacesAmongTestRowsCountOnlyThoseWithALabel) {
  std::vector<DataRow> test = make_rows("test", {"a", letters(20), letters(20), "b"});
  test[0].fields.erase("label");
  test[1].fields.erase("label");
  PromptSet set =
      build_prompts(make_task("{{text}}:"), make_rows("train", {"fine", "dull"}), test, {.shots = 0, .labelled = 2});
  tokenize(set);
  EXPECT_THAT(fitted(set, TooLong::skip, 10).info.find(facts::kTooLong)->test_rows, ElementsAre(0));
}

TEST(TooLong, NothingChangesWhereEveryRowFits) {
  const PromptSet set = make_set({letters(9), letters(3)});
  for (const TooLong how : {TooLong::refuse, TooLong::skip, TooLong::cut}) {
    const PromptSet same = fitted(set, how, 10);
    EXPECT_EQ(same.info.entries, set.info.entries);
    ASSERT_EQ(same.prompts.size(), set.prompts.size());
    for (std::size_t i = 0; i < set.prompts.size(); ++i) EXPECT_EQ(same.prompts[i].ids, set.prompts[i].ids);
  }
}

TEST(TooLong, ACutRowKeepsAsMuchOfItsTextAsFits) {
  const PromptSet set = fitted(make_set({"abcdefghijklmno", "ab"}), TooLong::cut, 10);
  EXPECT_THAT(test_texts(set), ElementsAre("abcdefghi:", "ab:"));
  for (const Prompt& prompt : set.prompts) {
    EXPECT_EQ(prompt.ids, kBytes.encode(prompt.text, {}));
    EXPECT_THAT(prompt.label_ids, ElementsAre(256, 257));
  }
  EXPECT_EQ(*set.info.find(facts::kTooLong), (TooLongRows{TooLong::cut, 1, 4, 10, {"test line 1"}, {}}));
}

TEST(TooLong, DemonstrationsAreNeverCut) {
  const std::vector<DataRow> train = make_rows("train", {"fine", "dull", "kind", "cold"});
  PromptSet set =
      build_prompts(make_task("{{text}}:"), train, make_rows("test", {letters(40)}), {.shots = 2, .labelled = 4});
  tokenize(set);
  const std::string prefix = recipe_from_json(set.info.entries.at("recipe")).prefix;
  set = fitted(set, TooLong::cut, 30);  // the demonstrations: two texts of 5, two label words of 1, two line ends
  EXPECT_THAT(test_texts(set), ElementsAre(prefix + letters(15) + ":"));
  EXPECT_EQ(set.prompts.back().label, 0);
}

Prompt cut(const std::string& doc_to_text, std::map<std::string, std::string> columns, std::int64_t n_ctx) {
  const PromptRecipe recipe{"t", "default", "", doc_to_text, {" good", " bad"}};
  PromptSet one;
  one.prompts.push_back(apply_recipe(recipe, {std::move(columns), "row"}));
  tokenize(one);
  cut_to_context({one.prompts.data()}, {recipe}, &kBytes, one.bos, n_ctx, 258);
  return one.prompts[0];
}

TEST(CutToContext, CutsTheLongestColumnFirst) {
  EXPECT_EQ(cut("{{a}}|{{b}}:", {{"a", letters(30)}, {"b", "yes!"}}, 20).text, letters(14) + "|yes!:");
  EXPECT_EQ(cut("{{a}}|{{b}}:", {{"a", letters(30)}, {"b", letters(40)}}, 22).text,
            letters(10) + "|" + letters(10) + ":");
}

TEST(CutToContext, NeverCutsACharacterInTwo) {
  std::string text;
  for (int i = 0; i < 30; ++i) text += "\u00e9";  // two bytes each
  EXPECT_EQ(cut("{{a}}:", {{"a", text}}, 20).text, text.substr(0, 18) + ":");
}

TEST(CutToContext, LeavesNoWhiteSpaceAtTheCut) {
  EXPECT_EQ(cut("Text: {{a}}", {{"a", "four words are here"}}, 11).text, "Text: four");
}

TEST(CutToContext, IsRefusedWhereNothingOfTheRowWouldBeLeft) {
  const Error error = error_of([] { cut("twelve bytes{{a}}", {{"a", "text"}}, 12); });
  EXPECT_EQ(error.code(), ErrorCode::bad_data);
  EXPECT_THAT(error.what(), HasSubstr("row: the prompt has 12 tokens without any of the row's text, the model's "
                                      "context 12"));
  EXPECT_EQ(cut("twelve bytes{{a}}", {{"a", "text"}}, 13).text, "twelve bytest");
}

TEST(CutToContext, LeavesAnEmptyTextOfWhiteSpace) {
  EXPECT_EQ(cut("Text: {{a}}!", {{"a", std::string(600, ' ')}}, 20).text, "Text: !");
  EXPECT_EQ(cut("Text: {{a}}!", {{"a", std::string(600, ' ') + "late"}}, 20).text, "Text: !");
  EXPECT_THAT(error_of([] {
                cut("Text: {{a}}!", {{"a", std::string(600, ' ')}}, 6);
              }).what(),
              HasSubstr("7 tokens without any of the row's text, the model's context 6"));
}

TEST(TooLong, RefusedRowsAreCounted) {
  const Error error = error_of([] { fitted(make_set({"a", letters(20), letters(30)}), TooLong::refuse, 10); });
  EXPECT_EQ(error.code(), ErrorCode::bad_data);
  EXPECT_THAT(error.what(), HasSubstr("test line 2: the prompt has 21 tokens, the model's context 10; 2 of 5 prompts"));
  EXPECT_THAT(error.remedies(), Contains(Remedy(Setting::too_long, "skip")));
}

TEST(TooLong, DemonstrationsThatLeaveNoRoomAreNamed) {
  const std::vector<DataRow> train = make_rows("train", {letters(30), letters(30), "kind", "cold"});
  PromptSet set =
      build_prompts(make_task("{{text}}:"), train, make_rows("test", {"a", "bc"}), {.shots = 4, .labelled = 4});
  tokenize(set);
  for (const TooLong how : {TooLong::skip, TooLong::cut}) {
    const Error error = error_of([&] { fitted(set, how, 40); });
    EXPECT_EQ(error.code(), ErrorCode::bad_data);
    EXPECT_THAT(error.what(), HasSubstr("the model's context"));
    EXPECT_THAT(error.hint(), HasSubstr("the 4 demonstrations are a part of every prompt: take fewer"));
    EXPECT_THAT(error.remedies(), Contains(Remedy(Setting::shots)));
  }
}

TEST(TooLong, EveryLabelOfThePoolMustBeLeft) {
  PromptSet set = build_prompts(make_task("{{text}}:"), make_rows("train", {"fine", letters(30)}),
                                make_rows("test", {"a", "b"}), {.shots = 0, .labelled = 2});
  tokenize(set);
  EXPECT_THAT(error_of([&] { fitted(set, TooLong::skip, 10); }).what(),
              HasSubstr("no row with the label 'bad' is left"));
  EXPECT_EQ(fitted(set, TooLong::cut, 10).prompts.size(), 4u);
}

TEST(TooLong, TestRowsWithALabelMustBeLeft) {
  std::vector<DataRow> test = make_rows("test", {"a", letters(20)});
  test[0].fields.erase("label");
  PromptSet set =
      build_prompts(make_task("{{text}}:"), make_rows("train", {"fine", "dull"}), test, {.shots = 0, .labelled = 2});
  tokenize(set);
  EXPECT_THAT(error_of([&] { fitted(set, TooLong::skip, 10); }).what(),
              HasSubstr("a prompt of 21 tokens is the shortest of any test row; the model's context is 10"));
}

TEST(TooLong, RepeatsThatAreLeftOutAreNotCounted) {
  PromptSet set = build_prompts(make_task("{{text}}:"), make_rows("train", {"fine", "dull", letters(30), "cold"}),
                                make_rows("test", {"fine", letters(30), "new"}), {.shots = 0, .labelled = 4});
  tokenize(set);
  ASSERT_EQ(set.info.entries.at("repeated_test_rows"), "2");
  EXPECT_EQ(fitted(set, TooLong::skip, 10).info.entries.at("repeated_test_rows"), "1");
}

TEST(TooLong, PromptsWithoutContentAreNeitherCutNorLeftOut) {
  PromptSet set =
      build_prompts(make_task("twelve bytes{{text}}:"), make_rows("train", {"a b c", "d e f"}),
                    make_rows("test", {"a", letters(20)}), {.shots = 0, .labelled = 2, .content_free = true});
  tokenize(set);
  const PromptSet kept = fitted(set, TooLong::skip, 19);  // [MASK] takes six
  EXPECT_EQ(kept.info.entries.at("content_free"), "3 content-free, 20 of random words");
  EXPECT_THAT(error_of([&] { fitted(set, TooLong::skip, 18); }).what(), HasSubstr("[MASK]"));
  EXPECT_THAT(error_of([&] { fitted(set, TooLong::cut, 18); }).what(), HasSubstr("[MASK]"));
}

TEST(TooLong, FinishedPromptsCanBeLeftOutButNotCut) {
  PromptSet set = parse_prompt_file(
      "{\"prompt\": \"aaaaaaaaaaaaaaaa:\", \"options\": [\" good\", \" bad\"]}\n"
      "{\"ids\": [97, 58], \"option_ids\": [256, 257]}\n",
      "p.jsonl");
  tokenize(set);
  EXPECT_EQ(fitted(set, TooLong::skip, 10).prompts.size(), 1u);
  EXPECT_EQ(error_of([&] { fitted(set, TooLong::cut, 10); }).code(), ErrorCode::usage);
}

TEST(TooLong, MetadataOfOthersAreRefused) {
  EXPECT_STREQ(error_of([] {
                 RunInfo{{{"too_long", "{}"}}}.find(facts::kTooLong);
               }).what(),
               "the run's metadata: too_long: key 'how' not found");
  EXPECT_FALSE(RunInfo().find(facts::kTooLong));
  for (const char* text : {"{", "7", "{\"how\":\"skip\"}", "{\"how\":\"cut\",\"n\":\"many\"}"})
    EXPECT_EQ(error_of([&] {
                RunInfo{{{"too_long", text}}}.find(facts::kTooLong);
              }).code(),
              ErrorCode::bad_data)
        << text;
}

}  // namespace
}  // namespace partwise::internal
