#include "labelling/learning.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "base/json.h"
#include "labelling/answering.h"
#include "labelling/labelled_table.h"
#include "support/errors.h"
#include "support/paths.h"

namespace partwise::internal {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

const LoadedModel& tiny_llama() {
  static const LoadedModel loaded({(test::source_dir() / "tests" / "golden" / "tiny-llama").string(), {}, {}});
  return loaded;
}

const Session& session() {
  static const Session session(tiny_llama(), {}, Passes::many);
  return session;
}

/// `n` rows, of which the last `n_open` have no label.
Table films(int n, int n_open) {
  Table table{{}, "films.csv", {"text", "mood"}, {}, {}};
  for (int i = 0; i < n; ++i) {
    const bool good = i % 2 == 0;
    table.rows.push_back({{{"text", fmt::format("film {} is {}", i, good ? "fine" : "dull")},
                           {"mood", i >= n - n_open ? ""
                                    : good          ? "good"
                                                    : "bad"}},
                          fmt::format("films.csv line {}", i + 2)});
  }
  return table;
}

/// Everything up to the answers.
struct Worked {
  Table table;
  Teaching teaching;
  Learnt learnt;
  std::vector<std::string> notes;

  explicit Worked(Table of, const LearningOptions& options = {}) : table(std::move(of)) {
    const Listener listener{{}, [this](const std::string& note, const auto&) { notes.push_back(note); }, {}};
    teaching = teaching_of(table, {"", "text", "mood"});
    const PromptSet prompts = teaching_prompts(table, teaching, options, tiny_llama(), listener);
    learnt = learn(session(), table, prompts, options, listener);
  }
};

TEST(Learning, UsesAllLabelledRowsAndHoldsEachOut) {
  const Worked work(films(30, 6));
  EXPECT_EQ(work.learnt.used.size(), 24u);
  EXPECT_EQ(work.learnt.held_out.size(), 24u);
  for (const auto& [row, said] : work.learnt.held_out) EXPECT_EQ(said.label, row % 2 == 0 ? 1 : 0);  // bad, good
  EXPECT_THAT(work.learnt.reader.label_words, ElementsAre("bad", "good"));
  for (const char* kind : {"most-frequent", "bag-of-words", "full", "comprw", "reweight", "linear-probe", "committee"})
    EXPECT_EQ(work.learnt.cross.by_kind.at(kind).size(), 24u) << kind;
}

TEST(Learning, TakesTheReaderThatIsAskedFor) {
  const Worked work(films(20, 4), {.reader = "linear-probe"});
  EXPECT_EQ(work.learnt.reader.reader->kind(), "linear-probe");
  EXPECT_THAT(work.learnt.cross.choices, ::testing::Each("linear-probe"));
  EXPECT_EQ(test::error_of([] { Worked(films(20, 4), {.reader = "comitee"}); }).code(), ErrorCode::usage);
}

TEST(Learning, DrawsAreSetsOfTheirOwn) {
  EXPECT_EQ(*Worked(films(40, 4), {.draws = 3}).learnt.reader.info.find(facts::kSets), 4);
  const Worked few(films(14, 4), {.draws = 5});  // ten labelled rows suffice for two blocks of four
  EXPECT_EQ(*few.learnt.reader.info.find(facts::kSets), 3);
  EXPECT_THAT(few.notes, ::testing::Contains(HasSubstr("2 of 5 draws")));
}

TEST(Learning, WithoutDrawsNoRowIsADemonstration) {
  const Worked work(films(20, 4), {.draws = 0});
  EXPECT_EQ(*work.learnt.reader.info.find(facts::kShots), 0);
  EXPECT_EQ(work.learnt.held_out.size(), 16u);
  for (const auto& [kind, rows] : work.learnt.cross.by_kind) EXPECT_EQ(rows.size(), 16u) << kind;
}

TEST(Learning, RowsThatTeachAreCutAsTheOthersAre) {
  Table table = films(20, 4);
  for (std::size_t i : {0, 3, 8}) table.rows[i].fields["text"] += std::string(3000, 'x');
  const Worked skipped(table), cut(table, {.too_long = TooLong::cut});
  EXPECT_EQ(skipped.learnt.used.size(), 13u);
  EXPECT_THAT(skipped.notes, ::testing::Contains(HasSubstr("3 of 16 rows do not fit")));
  EXPECT_EQ(cut.learnt.used.size(), 16u);
  EXPECT_THAT(cut.learnt.rows_to_answer(20), ElementsAre(16u, 17u, 18u, 19u));
}

TEST(Learning, DemonstrationsThatCannotBeHadAreSaid) {
  EXPECT_THAT(test::error_of([] { Worked(films(12, 4), {.shots = 500}); }).what(), HasSubstr("500"));
}

TEST(Learning, RowsOnOneLineOfAFileAreToldApart) {
  test::TempDir dir;
  Json rows = Json::array();
  for (const DataRow& row : films(20, 4).rows) rows.push_back(row.fields);
  test::write_file(dir / "films.json", rows.dump());
  const Worked work(read_table(dir / "films.json"));
  EXPECT_EQ(work.learnt.used.size(), 16u);
  EXPECT_THAT(work.learnt.rows_to_answer(20), ElementsAre(16u, 17u, 18u, 19u));
  for (const auto& [row, said] : work.learnt.held_out) EXPECT_EQ(said.label, row % 2 == 0 ? 1 : 0);
}

TEST(Learning, FewerLabelledRowsLeaveTheOthersToBeAnswered) {
  EXPECT_EQ(Worked(films(30, 6), {.labelled = 12}).learnt.used.size(), 12u);
}

TEST(Answering, GoesOnWithoutAskingAgain) {
  const Worked work(films(30, 6));
  const auto answer = [&](Journal& journal) {
    answer_rows(session(), work.learnt.reader, work.table, work.teaching.asked, TooLong::refuse, journal, {});
  };
  Journal whole("", "key"), half("", "key");
  answer(whole);
  ASSERT_EQ(whole.n_answers(), 6u);
  half.add(24, {{0.25, 0.75}, "", ""});
  half.add(25, *whole.find(25));
  answer(half);
  EXPECT_EQ(half.find(24)->probabilities, (std::vector{0.25, 0.75}));  // was not asked again
  for (std::size_t row = 25; row < 30; ++row) {
    EXPECT_EQ(half.find(row)->probabilities, whole.find(row)->probabilities);
    EXPECT_EQ(half.find(row)->reasons, whole.find(row)->reasons);
  }
}

TEST(Answering, ARowThatCannotBeAnsweredHasAnError) {
  Table table = films(30, 6);
  for (int i = 0; i < 400; ++i) table.rows[27].fields["text"] += " very long";
  const Worked work(std::move(table));
  Journal journal("", "key");
  answer_rows(session(), work.learnt.reader, work.table, work.teaching.asked, TooLong::refuse, journal, {});
  EXPECT_THAT(journal.find(27)->error, HasSubstr("films.csv line 29"));
  EXPECT_TRUE(journal.find(28)->error.empty());
  const auto columns = answer_columns(work.table, labelled_table(work.table, work.learnt, journal, {}));
  EXPECT_EQ(columns.back().name, "partwise_error");
  EXPECT_TRUE(columns[0].cells[27].is_null());
}

TEST(Answering, TheKeyTellsReadersAndTextsApart) {
  const Worked one(films(20, 4)), other(films(20, 4), {.reader = "reweight"}), longer(films(22, 6));
  const std::string key = answers_key(one.learnt.reader, one.table, TooLong::refuse);
  EXPECT_EQ(answers_key(Worked(films(20, 4)).learnt.reader, one.table, TooLong::refuse), key);
  EXPECT_NE(answers_key(other.learnt.reader, one.table, TooLong::refuse), key);
  EXPECT_NE(answers_key(one.learnt.reader, longer.table, TooLong::refuse), key);
  EXPECT_NE(answers_key(one.learnt.reader, one.table, TooLong::cut), key);
}

TEST(LabelledTable, WhatToExpectIsThatOfTheChoice) {
  const Worked work(films(30, 6));
  const Expected expected = expected_of(work.learnt, 6);
  EXPECT_EQ(expected.accuracy.n, 24);
  EXPECT_EQ(expected.reader, work.learnt.reader.reader->kind());
  const OrderedJson json = expected_json(expected);
  for (const char* key : {"accuracy", "interval", "ece", "reader", "table"}) EXPECT_TRUE(json.contains(key)) << key;
  EXPECT_EQ(json["table"].size(), 8u);
  EXPECT_LE(json["interval"][0], json["accuracy"]);
}

}  // namespace
}  // namespace partwise::internal
