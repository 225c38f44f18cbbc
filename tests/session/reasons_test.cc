// Answers in words. What each head reads is checked in weighed_heads_test.cc and head_weights_test.cc.
#include "session/reasons.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "analysis/fit_and_judge.h"
#include "base/error.h"
#include "session/decompose_job.h"
#include "session/decompose_rows.h"
#include "support/errors.h"
#include "support/golden.h"
#include "support/paths.h"

namespace partwise::internal {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

const LoadedModel& tiny_llama() {
  static const LoadedModel loaded({(test::source_dir() / "tests" / "golden" / "tiny-llama").string(), {}, {}});
  return loaded;
}

std::vector<DataRow> make_rows(int n) {
  std::vector<DataRow> rows;
  for (int i = 0; i < n; ++i)
    rows.push_back(
        {{{"text", fmt::format("it was {} {}", i % 3 ? "long" : "short", i)}, {"label", i % 2 ? "good" : "bad"}},
         fmt::format("line {}", i + 1)});
  return rows;
}

internal::Run run_of(std::int64_t sets, LabelScore score = LabelScore::tree) {
  Task task{"t", "label", {"good", "bad"}, {}, {}, {}};
  PromptTemplate wording;
  wording.description = "Say how it was.";
  wording.doc_to_text = "So, {{text}}: it";
  wording.doc_to_choice = task.labels;
  task.templates = {wording};
  PromptSet set = build_prompts(task, make_rows(20), make_rows(3), {.shots = 2, .labelled = 8, .sets = sets});
  tiny_llama().tokenize(set);
  const ComputeOptions compute{.stored = {.hidden = true, .z = true}, .score = score};
  return decompose_prompts(Session(tiny_llama(), compute, Passes::one), set, {}, nullptr);
}

ReaderFile reader_of(std::string_view kind, std::int64_t sets) {
  const internal::Run run = run_of(sets);
  return fit_kind(kind, run, fit_rows(run));
}

std::vector<TextRow> rows_of(const ReaderFile& reader, const std::vector<std::string>& json) {
  const TextRows rows(reader, RowForm::json, TooLong::refuse, tiny_llama(), std::nullopt);
  std::vector<TextRow> made;
  for (const std::string& line : json) made.push_back(rows.make({Line{line, "row"}, {}}));
  return made;
}

ReasonedRows find(const ReaderFile& reader, std::vector<TextRow>& rows) {
  const Session session(tiny_llama(), {}, Passes::many);
  return ReasonFinder(session, reader).find(rows, {});
}

const std::vector<std::string> kTexts = {R"({"text": "it was  long,\nand then long again"})", "no JSON",
                                         R"({"text": "good"})", R"({"text": "it was not so bad in the end, he said"})"};

std::vector<std::string> words_of(const Reasons& reasons) {
  std::vector<std::string> words;
  for (const WordReason& word : reasons.words) words.push_back(word.word);
  return words;
}

std::vector<std::string> demonstrations_of(const Reasons& reasons) {
  std::vector<std::string> names;
  for (const DemonstrationReason& d : reasons.demonstrations)
    names.push_back(fmt::format("{}/{} {}", d.set, d.number, d.label));
  return names;
}

TEST(Reasons, SumToTheLeadOfAnyReaderThatSplits) {
  for (const char* kind : {"full", "best", "comprw", "reweight", "reweight-hidden", "ensemble", "committee"}) {
    const ReaderFile reader = reader_of(kind, 3);
    std::vector<TextRow> rows = rows_of(reader, kTexts), same = rows;
    const ReasonedRows found = find(reader, rows);
    const Contributions parts = decompose_rows(Session(tiny_llama(), {}, Passes::many), reader, same, {});
    test::expect_same_bits(found.parts, parts, kind);
    ASSERT_EQ(found.reasons.size(), 3u);
    for (const TextRow& row : rows) {
      if (row.error) continue;
      const Reasons& reasons = found.reasons[row.example];
      std::vector<double> scores(2);
      reader.reader->scores(parts, row.example, scores);
      EXPECT_EQ(reasons.explains, reader.reader->kind() == "full" ? Explains::full : Explains::reader);
      EXPECT_NEAR(reasons.lead, std::abs(scores[0] - scores[1]), 1e-12) << kind;
      EXPECT_LT(reasons.sum_error(), 2e-5) << kind;
    }
  }
}

TEST(Reasons, AreTheWordsOfTheRowAndTheDemonstrationsOfAllSets) {
  const ReaderFile reader = reader_of("committee", 3);
  std::vector<TextRow> rows = rows_of(reader, kTexts);
  const Reasons reasons = find(reader, rows).reasons[0];
  EXPECT_THAT(words_of(reasons), ElementsAre("it", "was", "long,", "and", "then", "long", "again"));
  for (const WordReason& word : reasons.words) EXPECT_NE(word.contribution, 0) << word.word;
  std::vector<std::string> expected;
  const std::vector<PromptRecipe> others = *reader.info.find(facts::kSetRecipes);
  EXPECT_THAT(others[0].demonstrations, IsEmpty());
  const auto add = [&](int set, const PromptRecipe& recipe) {
    for (std::size_t d = 0; d < recipe.demonstrations.size(); ++d)
      expected.push_back(fmt::format("{}/{} {}", set, d, reader.label_words[recipe.demonstrations[d].label]));
  };
  add(1, *reader.info.find(facts::kRecipe));
  add(2, others[1]);
  EXPECT_EQ(expected.size(), 4u);
  EXPECT_EQ(demonstrations_of(reasons), expected);
}

TEST(Reasons, AreTheSameForARowAlone) {
  const ReaderFile reader = reader_of("committee", 3);
  std::vector<TextRow> rows = rows_of(reader, kTexts), one = rows_of(reader, {kTexts[3]});
  const Reasons together = find(reader, rows).reasons[2], alone = find(reader, one).reasons[0];
  for (std::size_t w = 0; w < together.words.size(); ++w)
    EXPECT_EQ(together.words[w].contribution, alone.words[w].contribution);
  EXPECT_EQ(together.prompt, alone.prompt);
  EXPECT_EQ(together.sum_error(), alone.sum_error());
}

TEST(Reasons, CountDemonstrationsThatNobodyNamesAsPrompt) {
  ReaderFile reader = reader_of("reweight", 1);
  std::vector<TextRow> rows = rows_of(reader, kTexts);
  const Reasons named = find(reader, rows).reasons[1];
  PromptRecipe recipe = *reader.info.find(facts::kRecipe);
  recipe.demonstrations.clear();
  reader.info.set(facts::kRecipe, recipe);
  rows = rows_of(reader, kTexts);
  const Reasons unnamed = find(reader, rows).reasons[1];
  double sum = named.prompt;
  for (const DemonstrationReason& d : named.demonstrations) sum += d.contribution;
  EXPECT_NEAR(unnamed.prompt, sum, 1e-12);
  EXPECT_THAT(unnamed.demonstrations, IsEmpty());
  EXPECT_EQ(named.words[0].contribution, unnamed.words[0].contribution);
}

TEST(Reasons, AreNoneForAReaderThatDoesNotSplit) {
  const ReaderFile reader = reader_of("knn", 1);
  std::vector<TextRow> rows = rows_of(reader, kTexts);
  const ReasonedRows found = find(reader, rows);
  ASSERT_EQ(found.reasons.size(), 3u);
  EXPECT_EQ(found.reasons[0].explains, Explains::nothing);
  EXPECT_EQ(reasons_line(found.reasons[0], 3), "");
}

TEST(Reasons, AreNoneIfNoRowHasAPrompt) {
  const ReaderFile reader = reader_of("reweight", 1);
  std::vector<TextRow> rows = rows_of(reader, {"no JSON"});
  EXPECT_THAT(find(reader, rows).reasons, IsEmpty());
}

TEST(Reasons, AreRefusedForScoresOverTheVocabulary) {
  const internal::Run run = run_of(1, LabelScore::sum);
  const ReaderFile reader = fit_kind("full", run, fit_rows(run));
  const Session session(tiny_llama(), {}, Passes::many);
  const Error error = test::error_of([&] { ReasonFinder(session, reader); });
  EXPECT_EQ(error.code(), ErrorCode::usage);
  EXPECT_THAT(error.what(), ::testing::HasSubstr("'sum'"));
}

TEST(Reasons, AreRefusedForADemonstrationWithoutALabel) {
  ReaderFile reader = reader_of("reweight", 1);
  PromptRecipe recipe = *reader.info.find(facts::kRecipe);
  recipe.demonstrations[0].label = 2;
  reader.info.set(facts::kRecipe, recipe);
  const Session session(tiny_llama(), {}, Passes::many);
  EXPECT_EQ(test::error_of([&] { ReasonFinder(session, reader); }).code(), ErrorCode::bad_data);
}

TEST(ReasonsLine, NamesTheStrongestWordsWithTheirSigns) {
  const Reasons reasons{
      .explains = Explains::reader,
      .words = {{"My", 0.5}, {"invoice,", 1}, {"app", -2}, {"(invoice)", 0.75}, {"is", 0}, {"?!", -1}}};
  EXPECT_EQ(reasons_line(reasons, 3), "app (-); invoice (+); My (+)");
  EXPECT_EQ(reasons_line(reasons, 9), "app (-); invoice (+); My (+)");
  EXPECT_EQ(reasons_line(reasons, 0), "");
}

}  // namespace
}  // namespace partwise::internal
