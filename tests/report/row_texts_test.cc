#include "report/row_texts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "prompts/prompts.h"
#include "prompts/words.h"
#include "support/errors.h"
#include "support/runs.h"

namespace partwise::internal {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

DataRow row(const std::string& subject, const std::string& body) {
  return {{{"subject", subject}, {"body", body}, {"label", "x"}}, "row"};
}

/// A run of these rows.
Run run_of(const std::string& doc_to_text, const std::vector<DataRow>& rows) {
  const PromptRecipe recipe{"mail", "first", "Sort. Subject: old\n", doc_to_text, {" a", " b"}};
  Run run = test::make_run(std::ssize(rows), 1, 1, 2);
  run.info.set(facts::kRecipe, recipe);
  std::vector<Prompt> prompts;
  for (const DataRow& each : rows) prompts.push_back(apply_recipe(recipe, each));
  run.parts.words = words_of(prompts);
  return run;
}

constexpr const char* kBoth = "Subject: {{subject}}\nBody: {{body}}\nKind:";

TEST(RowTexts, AreFoundByTheirWordsInAnyOrder) {
  const auto run = run_of(kBoth, {row("Late parcel", "Where is it?"), row("Refund", "Money back, please")});
  EXPECT_THAT(
      row_texts(run, {row("Other", "mail"), row("Refund", "Money back, please"), row("Late parcel", "Where is it?")}),
      ElementsAre("Late parcel\nBody: Where is it?", "Refund\nBody: Money back, please"));
}

TEST(RowTexts, OfRowsWithTheSameWordsAreGivenInTurn) {
  const auto run = run_of("{{body}}", {row("", "so, so"), row("", "So so!"), row("", "so so")});
  EXPECT_THAT(row_texts(run, {row("", "so, so"), row("", "So so!")}), ElementsAre("so, so", "So so!", ""));
}

TEST(RowTexts, AreUnknownForOtherRowsForRowsWithoutWordsAndForThePool) {
  auto run = run_of("{{body}}", {row("", "quite good"), row("", "!!!"), row("", "a pool row")});
  run.split = {Split::test, Split::test, Split::pool};
  EXPECT_THAT(row_texts(run, {row("", "good quite"), row("", "!!!"), row("", "a pool row")}), Each(""));
}

TEST(RowTexts, NeedTheWordsOfTheRunAndTheColumnsOfItsTemplate) {
  auto run = run_of(kBoth, {row("Late", "parcel")});
  EXPECT_THAT(test::error_of([&] {
                row_texts(run, {{{{"body", "parcel"}}, "mail.csv line 2"}});
              }).what(),
              HasSubstr("subject"));
  run.parts.words = {};
  EXPECT_THAT(test::error_of([&] { row_texts(run, {}); }).what(), HasSubstr("which words"));
}

TEST(BuiltinRowTexts, AreThoseOfTheTaskThatIsCompiledIn) {
  const std::vector<DataRow> rows = parse_jsonl(builtin_data().at(2).test, "reviews");
  auto run = run_of("Review: {{text}}\nSentiment:", {rows[7], rows[3]});
  EXPECT_THAT(builtin_row_texts(run), Each("")) << "the task is not known";
  run.info.set(facts::kTask, "reviews");
  EXPECT_THAT(builtin_row_texts(run), ElementsAre(rows[7].fields.at("text"), rows[3].fields.at("text")));
}

TEST(BuiltinRowTexts, AreUnknownOfAnotherTaskOfThatName) {
  auto run = run_of(kBoth, {row("Late", "parcel")});
  run.info.set(facts::kTask, "reviews");
  EXPECT_THAT(builtin_row_texts(run), Each(""));
}

}  // namespace
}  // namespace partwise::internal
