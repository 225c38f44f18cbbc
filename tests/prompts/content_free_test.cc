#include "prompts/content_free.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "decompose/contributions.h"
#include "prompts/task.h"
#include "support/errors.h"

namespace partwise::internal {
namespace {

using test::error_of;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

using Fields = std::map<std::string, std::string>;

PromptRecipe recipe_of(const std::string& doc_to_text) { return {"t", "default", "", doc_to_text, {" x", " y"}}; }

std::vector<DataRow> rows_of(const std::vector<Fields>& all) {
  std::vector<DataRow> rows;
  for (const Fields& fields : all) rows.push_back({fields, fmt::format("line {}", rows.size() + 1)});
  return rows;
}

std::vector<std::string> column(const std::vector<DataRow>& rows, const std::string& name) {
  std::vector<std::string> texts;
  for (const DataRow& row : rows) texts.push_back(row.fields.at(name));
  return texts;
}

TEST(ContentFreeRows, HoldTheSameInEveryColumn) {
  const auto rows = content_free_rows({"a", "b"});
  ASSERT_EQ(rows.size(), 3u);
  EXPECT_EQ(rows[0].fields, (Fields{{"a", "N/A"}, {"b", "N/A"}}));
  EXPECT_EQ(rows[1].fields, (Fields{{"a", ""}, {"b", ""}}));
  EXPECT_EQ(rows[2].fields, (Fields{{"a", "[MASK]"}, {"b", "[MASK]"}}));
}

TEST(RandomWordRows, HaveAsManyWordsAsTheColumnsTextsOnAverage) {
  const auto train = rows_of({{{"a", "s s"}, {"b", "t"}}, {{"a", " s\ts  s\n s "}, {"b", "t t"}}});
  const auto rows = random_word_rows(recipe_of("{{a}}: {{b}}"), train, 0);
  EXPECT_THAT(rows, SizeIs(20));
  EXPECT_THAT(column(rows, "a"), Each("s s s"));
  EXPECT_THAT(column(rows, "b"), Each("t t")) << "1.5 words are 2";
}

TEST(RandomWordRows, HaveAWordAtLeast) {
  const auto train = rows_of({{{"a", "s"}}, {{"a", ""}}, {{"a", " "}}, {{"a", ""}}});
  EXPECT_THAT(column(random_word_rows(recipe_of("{{a}}"), train, 0), "a"), Each("s"));
}

TEST(RandomWordRows, DrawFromAllWordsOfTheColumnWithReplacement) {
  const auto train = rows_of({{{"a", "one two three"}, {"other", "no"}}, {{"a", "four five six"}, {"other", "no"}}});
  const auto texts = column(random_word_rows(recipe_of("{{a}}"), train, 3), "a");
  std::set<std::string> seen;
  bool twice = false;
  for (const std::string& text : texts) {
    std::set<std::string> of_text;
    for (std::size_t begin = 0; begin < text.size();) {
      const std::size_t end = std::min(text.find(' ', begin), text.size());
      of_text.insert(text.substr(begin, end - begin));
      begin = end + 1;
    }
    twice |= of_text.size() < 3;
    seen.insert(of_text.begin(), of_text.end());
  }
  EXPECT_THAT(seen, ElementsAre("five", "four", "one", "six", "three", "two"));
  EXPECT_TRUE(twice);
}

TEST(RandomWordRows, AreThoseOfTheSeed) {
  const auto train = rows_of({{{"a", "one two three four five six seven eight"}}});
  const auto texts = [&](std::uint64_t seed) { return column(random_word_rows(recipe_of("{{a}}"), train, seed), "a"); };
  EXPECT_EQ(texts(1), texts(1));
  EXPECT_NE(texts(1), texts(2));
}

TEST(RandomWordRows, FindTheOnlyColumnUnderTheNameText) {
  const auto train = rows_of({{{"text", "s"}}});
  EXPECT_THAT(column(random_word_rows(recipe_of("In: {{sentence}}"), train, 0), "sentence"), Each("s"));
}

TEST(RandomWordRows, RefuseAColumnWithoutWords) {
  const auto train = rows_of({{{"a", "s"}, {"b", " "}}});
  const Error error = error_of([&] { random_word_rows(recipe_of("{{a}} {{b}}"), train, 0); });
  EXPECT_EQ(error.code(), ErrorCode::bad_data);
  EXPECT_THAT(error.what(), HasSubstr("no word in column 'b'"));
}

struct Experiment {
  Experiment() {
    PromptTemplate wording;
    wording.description = "Do it.";
    wording.doc_to_text = "In: {{text}}\nOut:";
    wording.doc_to_choice = {"x", "y"};
    task.templates = {wording};
    for (int i = 0; i < 40; ++i)
      train.push_back({{{"text", "same"}, {"label", i % 2 ? "y" : "x"}, {"n", std::to_string(i)}}, "train"});
    for (int i = 0; i < 5; ++i) test.push_back({{{"text", fmt::format("test {}", i)}, {"label", "x"}}, "test"});
  }
  PromptSet build(bool content_free) const {
    return build_prompts(task, train, test, {.labelled = 12, .seed = 5, .content_free = content_free});
  }
  Task task{"t", "label", {"x", "y"}, {}, {}, {}};
  std::vector<DataRow> train, test;
};

TEST(BuildPrompts, ContentFreeOnesFollowAndLeaveTheOthersAsTheyAre) {
  const Experiment experiment;
  const PromptSet without = experiment.build(false);
  PromptSet with = experiment.build(true);
  EXPECT_EQ(with.info.entries.at("content_free"), "3 content-free, 20 of random words");
  EXPECT_FALSE(without.info.entries.contains("content_free"));
  with.info.entries.erase("content_free");
  EXPECT_EQ(with.info.entries, without.info.entries);
  const std::size_t n = without.prompts.size();
  ASSERT_EQ(with.prompts.size(), n + 23);
  for (std::size_t i = 0; i < n; ++i) {
    EXPECT_EQ(with.prompts[i].text, without.prompts[i].text);
    EXPECT_EQ(with.prompts[i].label, without.prompts[i].label);
    EXPECT_EQ(with.split[i], without.split[i]);
  }
}

TEST(BuildPrompts, ContentFreeOnesHaveTheDemonstrationsAndNoLabel) {
  const PromptSet set = Experiment().build(true);
  const std::string prefix = recipe_from_json(set.info.entries.at("recipe")).prefix;
  ASSERT_TRUE(prefix.starts_with("Do it.\n\nIn: same\nOut: "));
  const std::string empty[] = {"In: N/A\nOut:", "In: \nOut:", "In: [MASK]\nOut:"};
  const std::size_t n = set.prompts.size() - 23;
  for (std::size_t i = 0; i < 23; ++i) {
    const Prompt& prompt = set.prompts[n + i];
    EXPECT_EQ(prompt.text, prefix + (i < 3 ? empty[i] : "In: same\nOut:"));
    EXPECT_EQ(prompt.label, -1);
    EXPECT_THAT(prompt.options, ElementsAre(" x", " y"));
    EXPECT_EQ(set.split[n + i], (i < 3 ? Split::content_free : Split::random_words));
  }
}

TEST(BuildPrompts, AnEmptyLastColumnLeavesNoSpaceBeforeThatOfTheLabelWords) {
  Experiment experiment;
  experiment.task.templates[0].doc_to_text = "{{text}} and {{text}}";
  const PromptSet set = experiment.build(true);
  const std::size_t n = set.prompts.size() - 23;
  EXPECT_TRUE(set.prompts[n].text.ends_with("\nN/A and N/A"));
  EXPECT_TRUE(set.prompts[n + 1].text.ends_with("\n and"));
  experiment.task.templates[0].target_delimiter = "";
  EXPECT_TRUE(experiment.build(true).prompts[n + 1].text.ends_with("\n and "));
}

}  // namespace
}  // namespace partwise::internal
