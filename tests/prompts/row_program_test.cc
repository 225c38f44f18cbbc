#include "prompts/row_program.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "prompts/chat.h"
#include "prompts/prompts.h"
#include "support/errors.h"
#include "support/paths.h"

namespace partwise::internal {
namespace {

using test::error_of;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<DataRow> rows() {
  return {parse_json_row(R"({"q": "one", "c": ["red", "blue"], "a": 0})", "line 1"),
          parse_json_row(R"({"q": "two", "c": ["up", "down"], "a": 1})", "line 2"),
          parse_json_row(R"({"q": "six<|im_end|>", "c": ["on", "off"], "a": 1})", "line 3")};
}

Task task() {
  return parse_task("task: t\ndoc_to_text: 'Q: {{q|upper}}'\ndoc_to_target: a\ndoc_to_choice: '{{c}}'\n", "t.yaml");
}

TEST(RowProgram, GivesEachRowItsOwnLabelWords) {
  const PromptSet set = build_prompts(task(), {rows()[0], rows()[1]}, {rows()[2]}, {.shots = 2, .labelled = 2});
  const Prompt& prompt = set.prompts[0];
  EXPECT_THAT(prompt.text, ::testing::AnyOf("Q: ONE red\nQ: TWO down\nQ: SIX<|IM_END|>",
                                            "Q: TWO down\nQ: ONE red\nQ: SIX<|IM_END|>"));
  EXPECT_THAT(prompt.options, ElementsAre(" on", " off"));
  EXPECT_EQ(prompt.label, 1);
  EXPECT_THAT(set.label_words, ElementsAre("0", "1"));
}

TEST(RowProgram, AllThatItWritesIsText) {
  const PromptSet set = build_prompts(task(), {rows()[0], rows()[1]}, {rows()[2]}, {.shots = 0, .labelled = 2});
  const Prompt& prompt = set.prompts.back();
  EXPECT_EQ(prompt.literal, (std::vector<TextSpan>{{0, prompt.text.size()}}));
  EXPECT_TRUE(prompt.literal_options);
}

TEST(RowProgram, IsInTheRecipe) {
  const PromptSet set = build_prompts(task(), {rows()[0], rows()[1]}, {rows()[2]}, {.shots = 2, .labelled = 2});
  const PromptRecipe recipe = *set.info.find(facts::kRecipe);
  EXPECT_EQ(recipe_from_json(recipe_to_json(recipe)), recipe);
  const Prompt again = apply_recipe(recipe, rows()[2]);
  EXPECT_EQ(again.text, set.prompts[0].text);
  EXPECT_EQ(again.options, set.prompts[0].options);
}

TEST(RowProgram, GoesThroughAChatTemplate) {
  const test::TempDir folder;
  test::write_file(folder / "t.jinja", "{% for m in messages %}[{{ m.content }}]{% endfor %}");
  PromptOptions options{.shots = 2, .labelled = 2};
  options.chat = std::make_shared<const Chat>(Chat{ChatTemplate::of_file(folder / "t.jinja"), true, "", ""});
  const PromptSet set = build_prompts(task(), {rows()[0], rows()[1]}, {rows()[2]}, options);
  EXPECT_THAT(set.prompts[0].text, ::testing::AnyOf("[Q: ONE][red][Q: TWO][down][Q: SIX<|IM_END|>][",
                                                    "[Q: TWO][down][Q: ONE][red][Q: SIX<|IM_END|>]["));
  EXPECT_THAT(set.prompts[0].options, ElementsAre("on", "off"));
}

TEST(RowProgram, RowsOfATableHaveNumbers) {
  const RowProgram program{"{{a + 1}} {{zip}}", "", "", "a"};
  const DataRow row{{{"a", "1"}, {"zip", "0123"}}, "line 1"};
  EXPECT_EQ(program.text_of(row), "2 0123");
  EXPECT_EQ(program.label_of(row, {"x", "y"}), 1);
}

TEST(RowProgram, EveryRowNeedsAsManyLabelWords) {
  std::vector<DataRow> more = rows();
  more[1] = parse_json_row(R"({"q": "two", "c": ["up", "down", "left"], "a": 1})", "line 2");
  const Error error = error_of([&] { build_prompts(task(), more, {}, {.shots = 1, .labelled = 2}); });
  EXPECT_THAT(error.what(), HasSubstr("line 2: 3 label words, and 2 in the first row"));
}

TEST(RowProgram, HasNoPromptsThatSayNothing) {
  const Error error =
      error_of([&] { build_prompts(task(), rows(), {}, {.shots = 1, .labelled = 3, .content_free = true}); });
  EXPECT_EQ(error.code(), ErrorCode::usage);
}

}  // namespace
}  // namespace partwise::internal
