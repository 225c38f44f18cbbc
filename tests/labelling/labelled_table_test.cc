#include "labelling/labelled_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace partwise::internal {
namespace {

using ::testing::ElementsAre;
using Numbers = std::vector<std::int64_t>;

/// A table of `n` rows. The labels of the rows before `n_held_out` are "a", and each was answered "a" with 0.9.
struct Work {
  Table table{{}, "t.csv", {"text"}, {}, {}};
  Learnt learnt;
  Journal journal{"", ""};

  Work(std::size_t n, std::size_t n_held_out) {
    table.rows.resize(n);
    learnt.reader.label_words = {"a", "b", "c"};
    for (std::size_t i = 0; i < n_held_out; ++i) learnt.held_out[i] = {0, 0, {0.9, 0.06, 0.04}};
  }
  LabelledTable done(const GivingOptions& giving = {}) const { return labelled_table(table, learnt, journal, giving); }
};

TEST(LabelledTable, HasARowForEverythingThatWasSaid) {
  Work work(5, 1);
  work.learnt.held_out[0].label = 2;
  work.journal.add(2, {{0.2, 0.5, 0.3}, "because", ""});
  work.journal.add(3, {{}, "", "too long"});
  const LabelledTable done = work.done();
  ASSERT_EQ(done.rows.size(), 3u);
  EXPECT_EQ(done.held_out()[0]->held_out_label, 2);
  EXPECT_EQ(done.answered()[0]->row, 2u);
  EXPECT_EQ(done.failed()[0]->row, 3u);
  EXPECT_EQ(sure_answers(done).size(), 1u);
  EXPECT_FALSE(sure_answers(done)[0].right);
  EXPECT_DOUBLE_EQ(sure_answers(done)[0].probability, 0.9);
}

TEST(LabelledTable, NothingIsExpectedWithoutHeldOutRows) {
  const OrderedJson json = expected_json({"committee", {}, 0, {}});
  for (const char* key : {"accuracy", "interval", "ece"}) EXPECT_TRUE(json[key].is_null()) << key;
  EXPECT_EQ(json["n"], 0);
}

TEST(LabelledTable, CountsWhatIsGivenAndWhatIsBlank) {
  Work work(6, 1);
  for (std::size_t i : {1, 2, 3}) work.journal.add(i, {{0.2, 0.5, 0.3}, "", ""});
  work.journal.add(4, {{}, "", "too long"});
  LabelledTable done = work.done();
  EXPECT_EQ(done.n_given(), 3);
  done.rows[2].is_given = false;
  EXPECT_EQ(done.n_given(), 2);
  EXPECT_EQ(done.n_blank(), 1);
  EXPECT_EQ(answers_json(done)["answers"].dump(), R"({"given":2,"blank":1,"failed":1})");
}

TEST(LabelledTable, ItsColumnsSayItRowByRow) {
  Work work(4, 1);
  work.journal.add(1, {{0.2, 0.5, 0.3}, "because", ""});
  work.journal.add(2, {{}, "", "too long"});
  const std::vector<NewColumn> columns = answer_columns(work.table, work.done());
  ASSERT_EQ(columns.size(), 5u);
  EXPECT_EQ(columns[0].name, "partwise_label");
  EXPECT_THAT(columns[0].cells, ElementsAre(Json("a"), Json("b"), Json(), Json()));
  EXPECT_THAT(columns[1].cells, ElementsAre(Json(0.9), Json(0.5), Json(), Json()));
  EXPECT_THAT(columns[2].cells, ElementsAre(Json("b"), Json("c"), Json(), Json()));
  EXPECT_THAT(columns[3].cells, ElementsAre(Json(), Json("because"), Json(), Json()));
  EXPECT_EQ(columns[4].name, "partwise_error");
  EXPECT_THAT(columns[4].cells, ElementsAre(Json(), Json(), Json("too long"), Json()));
}

TEST(LabelledTable, AsksForTheRowsThatAreMostOpen) {
  Work work(5, 1);
  work.learnt.held_out[0].probabilities = {0.34, 0.33, 0.33};  // has its label already
  work.journal.add(1, {{0.5, 0.5, 0}, "", ""});                // 0.69 nats
  work.journal.add(2, {{0.4, 0.3, 0.3}, "", ""});              // 1.09
  work.journal.add(3, {{0.98, 0.01, 0.01}, "", ""});           // 0.11
  work.journal.add(4, {{0.6, 0.2, 0.2}, "", ""});              // 0.95
  const LabelledTable done = work.done({std::nullopt, 2});
  EXPECT_EQ(done.asked()[0]->row, 2u);
  EXPECT_EQ(done.asked()[1]->row, 4u);
  const std::vector<NewColumn> columns = answer_columns(work.table, done);
  EXPECT_EQ(columns.back().name, "partwise_ask");
  EXPECT_THAT(columns.back().cells, ElementsAre(Json(), Json(), Json(1), Json(), Json(2)));
}

/// Beside 20 held-out rows of probability 0.9, all right, the mean of the given answers has to be 0.956 for 90 %, 0.875
/// for 80 % and 0.991 for 95 % (precision.h). The means of the first two, three and four are 0.99, 0.96 and 0.8825.
struct FourAnswers : Work {
  FourAnswers() : Work(25, 20) {
    const double p[] = {0.65, 0.99, 0.9, 0.99};
    for (std::size_t i = 0; i < 4; ++i) journal.add(20 + i, {{p[i], 1 - p[i], 0}, "", ""});
  }
};

TEST(LabelledTable, LeavesAnswersBlankThatPrecisionCannotHold) {
  const FourAnswers work;
  const LabelledTable done = work.done({0.9, 0});
  EXPECT_DOUBLE_EQ(done.least, 0.9);
  const std::vector<NewColumn> columns = answer_columns(work.table, done);
  EXPECT_EQ(columns[0].cells[22], Json("a"));
  EXPECT_EQ(columns[0].cells[20], Json());
  EXPECT_EQ(columns[1].cells[20], Json(0.65));
  EXPECT_GT(work.done({0.95, 0}).least, 1);
}

TEST(LabelledTable, SaysHowManyAnswersEachPrecisionLeaves) {
  FourAnswers work;
  work.journal.add(24, {{}, "", "too long"});
  const OrderedJson json = answers_json(work.done({0.9, 0}));
  EXPECT_EQ(json["answers"], OrderedJson::parse(R"({"given": 3, "blank": 1, "failed": 1})"));
  Numbers given;
  for (const OrderedJson& each : json["precision"]) given.push_back(each["given"]);
  EXPECT_THAT(given, ElementsAre(4, 3, 0, 0));
  EXPECT_EQ(json["precision"][1]["least"], OrderedJson(0.9));
  EXPECT_EQ(json["precision"][3]["least"], OrderedJson());
}

TEST(LabelledTable, NamesTheHighestPrecisionThatCanBeHad) {
  Work work(60, 40);  // 40 held-out answers of 0.9, all right
  work.journal.add(50, {{0.9, 0.1, 0}, "", ""});
  // 0.9 >= p + 0.8416 sqrt(p (1 - p) / 40) holds up to p = 0.85, where it is 0.8975
  const std::optional<Coverage> best = highest_precision(work.done());
  ASSERT_TRUE(best);
  EXPECT_DOUBLE_EQ(best->precision, 0.85);
  EXPECT_EQ(best->n_given, 1);
  EXPECT_FALSE(highest_precision(Work(3, 0).done()));
}

}  // namespace
}  // namespace partwise::internal
