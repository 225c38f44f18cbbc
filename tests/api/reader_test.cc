#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <partwise/reader.h>

#include <algorithm>

#include "analysis/fit_and_judge.h"
#include "api/impl.h"
#include "api/support.h"
#include "data/data.h"
#include "session/answer.h"
#include "session/fitting.h"
#include "support/errors.h"

namespace partwise {
namespace {

using internal::test::error_of;
using test::same_elements;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

const Session& session() {
  static const Session made(test::tiny_llama());
  return made;
}

const partwise::Run& run() {
  static const Run made = session().decompose(test::reviews(), {.store_hidden = true, .store_z = true});
  return made;
}

/// The texts of the test rows of test::reviews().
std::vector<std::string> test_texts() {
  const auto rows = internal::read_data_file(internal::test::source_dir() / "data/reviews/test.jsonl").rows;
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < 6; ++i) texts.push_back(rows[i].fields.at("text"));
  return texts;
}

TEST(Reader, HasTheScoresOfTheLibrarysOwnCode) {
  for (const std::string kind : {"full", "best", "comprw", "reweight"}) {
    const Reader reader = Reader::fit(kind, run());
    const internal::Run& data = run().impl()->run;
    const internal::ReaderFile within = internal::fit_kind(kind, data, internal::fit_rows(data));
    const Array<double> scores = reader.scores(run()), probabilities = reader.probabilities(run());
    const Array<std::int32_t> answers = reader.predict(run());
    for (std::int64_t i = 0; i < run().n_examples(); ++i) {
      const internal::Answer answer = internal::answer_of(within, data.parts, i);
      EXPECT_EQ(answers(i), static_cast<std::int32_t>(answer.label));
      EXPECT_THAT(answer.probabilities, ElementsAre(probabilities(i, 0), probabilities(i, 1)));
      EXPECT_EQ(scores(i, 0) >= scores(i, 1), answers(i) == 0);
    }
  }
}

TEST(Reader, IsJudgedOnTestRows) {
  const Reader reader = Reader::fit("full", run());
  const Array<std::int32_t> answers = reader.predict(run());
  double right = 0;
  for (std::int64_t i = 8; i < 14; ++i) right += answers(i) == run().labels()[static_cast<std::size_t>(i)];
  EXPECT_DOUBLE_EQ(reader.accuracy(run()), right / 6);
}

TEST(Reader, SurvivesItsFile) {
  const internal::test::TempDir folder;
  const Reader reader = Reader::fit("reweight", run(), {.pool_size = 6});
  reader.save((folder / "reader.json").string());
  const Reader back = Reader::open((folder / "reader.json").string());
  EXPECT_EQ(back.kind(), "reweight");
  EXPECT_THAT(back.label_words(), ElementsAre("negative", "positive"));
  EXPECT_TRUE(same_elements(back.scores(run()), reader.scores(run())));
  EXPECT_FALSE(same_elements(Reader::fit("reweight", run()).scores(run()), reader.scores(run())));
}

TEST(Reader, SaysWhatItLeansOn) {
  const Reader reader = Reader::fit("reweight", run());
  ASSERT_FALSE(reader.leanings().empty());
  EXPECT_THAT(run().part_names(), Contains(reader.leanings()[0].part));
}

TEST(Reader, HasKinds) {
  EXPECT_THAT(Reader::kinds(), Contains("comprw"));
  EXPECT_EQ(Reader::default_kind(run()), "committee");  // the run holds hidden states and z
  EXPECT_EQ(error_of([] { Reader::fit("comprv", run()); }).code(), ErrorCode::usage);
}

TEST(Reader, RefusesRunsOfOtherLabels) {
  const Reader reader = Reader::fit("full", run());
  const Parts other = session().decompose("Review: fine.\nSentiment:", {" positive", " negative"});
  EXPECT_EQ(error_of([&] { reader.scores(other.run()); }).code(), ErrorCode::bad_data);
}

TEST(Reader, WarnsOfItsFit) {
  const internal::Run& data = run().impl()->run;
  const auto warnings = internal::warnings_of_fit("reweight", data, internal::fit_rows(data));
  ASSERT_FALSE(warnings.empty());  // a model of random weights has no good parts
  EXPECT_EQ(Reader::fit("reweight", run()).warnings(), warnings);
  EXPECT_TRUE(Reader::fit("full", run()).warnings().empty());
}

TEST(Reader, StopsIfProgressSaysSo) {
  FitOptions options;
  options.progress = [](const Progress&) { return false; };
  EXPECT_EQ(error_of([&] { Reader::fit("comprw", run(), options); }).code(), ErrorCode::interrupted);
}

TEST(Classify, AnswersTextsAsItDoesRowsOfARun) {
  for (const std::string kind : {"reweight", "reweight-hidden", "sav", "ensemble", "linear-probe", "bag-of-words"}) {
    const Reader reader = Reader::fit(kind, run());
    const Array<double> probabilities = reader.probabilities(run());
    const std::vector<Answer> answers = session().classify(reader, test_texts());
    ASSERT_EQ(answers.size(), 6u);
    for (std::int64_t i = 0; i < 6; ++i) {
      const Answer& answer = answers[static_cast<std::size_t>(i)];
      EXPECT_THAT(answer.probabilities, ElementsAre(probabilities(8 + i, 0), probabilities(8 + i, 1)));
      EXPECT_EQ(answer.label, reader.predict(run())(8 + i));
      EXPECT_EQ(answer.label_word, run().label_words()[static_cast<std::size_t>(answer.label)]);
    }
  }
}

TEST(Classify, AsksEveryPromptSetThatTheReaderReads) {
  const PromptSet prompts = PromptSet::from_task(
      {.task = "reviews", .shots = 1, .labelled = 10, .sets = 3, .limit = 6, .too_long = TooLong::cut});
  const partwise::Run three = session().decompose(prompts, {.store_hidden = true, .store_z = true});
  EXPECT_EQ(std::ranges::count(three.split(), Split::demonstration), 1);
  const Reader reader = Reader::fit("committee", three);
  const Array<double> probabilities = reader.probabilities(three);
  const std::vector<Answer> answers = session().classify(reader, test_texts(), {.too_long = TooLong::cut});
  ASSERT_EQ(answers.size(), 6u);
  for (std::int64_t i = 0; i < 6; ++i)
    EXPECT_THAT(answers[static_cast<std::size_t>(i)].probabilities,
                ElementsAre(probabilities(10 + i, 0), probabilities(10 + i, 1)));
  EXPECT_EQ(error_of([&] { reader.probabilities(run()); }).code(), ErrorCode::bad_data);
}

TEST(Classify, SplitsTheLeadOverParts) {
  const Reader reader = Reader::fit("comprw", run());
  for (const Answer& answer : session().classify(reader, test_texts())) {
    double sum = answer.other_parts + answer.outside;
    for (const Push& driver : answer.drivers) sum += driver.push;
    EXPECT_NEAR(sum, answer.lead, 1e-9 * std::max(1.0, std::abs(answer.lead)));
    EXPECT_TRUE(answer.is_explained);
  }
}

TEST(Classify, PutsAnErrorInPlaceOfAnAnswer) {
  const Reader reader = Reader::fit("full", run());
  const std::string long_text(5000, 'x');
  const std::vector<Answer> answers = session().classify(reader, {"fine", "caf\xe9", long_text, "dull"});
  ASSERT_EQ(answers.size(), 4u);
  EXPECT_EQ(answers[0].error, "");
  EXPECT_THAT(answers[1].error, HasSubstr("text 1: not valid UTF-8"));
  EXPECT_EQ(answers[1].label, -1);
  EXPECT_THAT(answers[2].error, HasSubstr("context"));
  EXPECT_NE(answers[3].label, -1);
  EXPECT_TRUE(session().classify(reader, {long_text}, {.too_long = TooLong::cut})[0].is_cut);
}

TEST(Classify, TakesRowsWithNamedColumns) {
  const Reader reader = Reader::fit("full", run());
  const std::vector<Answer> answers =
      session().classify_rows(reader, {{{"text", "fine"}}, {{"title", "fine"}, {"x", ""}}});
  EXPECT_EQ(answers[0].probabilities, session().classify(reader, {"fine"})[0].probabilities);
  EXPECT_THAT(answers[1].error, HasSubstr("text"));
}

TEST(Classify, RefusesAReaderOfAnotherModel) {
  const Reader reader = Reader::fit("full", run());
  const Session other(Model::load(test::tiny_llama_path(), {.random_init = 1}));
  EXPECT_EQ(error_of([&] { other.classify(reader, {"fine"}); }).code(), ErrorCode::bad_data);
}

TEST(Classify, CountsTexts) {
  const Reader reader = Reader::fit("full", run());
  Progress last;
  ClassifyOptions options;
  options.progress = [&](const Progress& p) {
    last = p;
    return true;
  };
  session().classify(reader, test_texts(), options);
  EXPECT_EQ(last.total, 6);
  EXPECT_EQ(last.done, 6);
}

}  // namespace
}  // namespace partwise
