// What every reader promises, over all that are registered.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>

#include "base/error.h"
#include "readers/reader.h"
#include "support/errors.h"
#include "support/runs.h"

namespace partwise {
namespace {

using ::testing::AnyOf;
using ::testing::DoubleNear;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pointwise;

std::vector<double> scores_of(const Reader& reader, const partwise::Run& run, std::int64_t example) {
  std::vector<double> out(static_cast<std::size_t>(run.parts.n_labels()));
  reader.scores(run.parts, example, out);
  return out;
}

TEST(Registry, ListsTheReadersOfTheDocumentation) {
  std::vector<std::string> names;
  for (const ReaderKind& kind : reader_kinds()) names.emplace_back(kind.name);
  EXPECT_THAT(names, ElementsAre("best", "calib+", "comprw", "full"));
}

TEST(Registry, SuggestsANameForATypo) {
  const Error error = test::error_of([] { make_reader("compwr"); });
  EXPECT_EQ(error.code(), ErrorCode::usage);
  EXPECT_THAT(error.hint(), HasSubstr("comprw"));
}

class EveryReader : public ::testing::TestWithParam<ReaderKind> {
 protected:
  std::unique_ptr<Reader> reader = GetParam().make();
  partwise::Run run = test::make_run(20, 3, 2, 4);
};

TEST_P(EveryReader, NamesItsKind) {
  EXPECT_EQ(reader->kind(), GetParam().name);
  EXPECT_FALSE(GetParam().summary.empty());
}

TEST_P(EveryReader, GivesTheSameBitsAfterSavingAndLoading) {
  reader->fit(run.parts, run.labels, fit_rows(run));
  const std::string text = reader->save().dump();
  auto loaded = GetParam().make();
  loaded->load(Json::parse(text), reader_shape(run.parts));
  for (std::int64_t i = 0; i < run.parts.n_examples(); ++i) {
    EXPECT_EQ(scores_of(*loaded, run, i), scores_of(*reader, run, i));
  }
  EXPECT_EQ(loaded->save().dump(), text);
}

TEST_P(EveryReader, GivesProbabilitiesThatSumToOneAndPredictTheSame) {
  reader->fit(run.parts, run.labels, fit_rows(run));
  for (std::int64_t i = 0; i < run.parts.n_examples(); ++i) {
    std::vector<double> p(4);
    reader->probabilities(run.parts, i, p);
    EXPECT_NEAR(std::accumulate(p.begin(), p.end(), 0.0), 1.0, 1e-12);
    EXPECT_EQ(argmax(p), argmax(scores_of(*reader, run, i)));
  }
}

TEST_P(EveryReader, SplitsItsScoresOverComponentsOrSaysThatItCannot) {
  reader->fit(run.parts, run.labels, fit_rows(run));
  std::vector<double> split(static_cast<std::size_t>((run.parts.n_components() + 1) * 4));
  if (!reader->split_scores(run.parts, 7, split)) {
    EXPECT_THAT(reader->kind(), AnyOf("calib+"));
    return;
  }
  std::vector<double> sum(4);
  for (std::size_t k = 0; k < split.size(); ++k) sum[k % 4] += split[k];
  EXPECT_THAT(sum, Pointwise(DoubleNear(1e-12), scores_of(*reader, run, 7)));
}

TEST_P(EveryReader, SeesOnlyTheRowsItIsGiven) {
  const std::vector<std::int64_t> rows = {8, 1, 2, 3, 15, 4};
  const FitReport report = reader->fit(run.parts, run.labels, {.pool = rows});
  if (GetParam().learns_from == LearnsFrom::pool) EXPECT_EQ(report.n_examples, 6);
  const partwise::Run only = select_rows(run, rows);
  auto other = GetParam().make();
  EXPECT_EQ(other->fit(only.parts, only.labels, fit_rows(only)).train_accuracy, report.train_accuracy);
  EXPECT_EQ(other->save(), reader->save());
}

TEST_P(EveryReader, ReportsTheAccuracyOfItsPredictionsOnThePool) {
  const FitReport report = reader->fit(run.parts, run.labels, fit_rows(run));
  int hits = 0;
  for (std::int64_t i = 0; i < 20; ++i) hits += argmax(scores_of(*reader, run, i)) == run.labels[i];
  EXPECT_EQ(report.train_accuracy, hits / 20.0);
}

TEST_P(EveryReader, RefusesAPoolItCannotLearnFrom) {
  if (GetParam().learns_from != LearnsFrom::pool) GTEST_SKIP() << "learns nothing from the pool";
  auto refusal = [&](const std::vector<std::int64_t>& rows) -> std::string {
    try {
      reader->fit(run.parts, run.labels, {.pool = rows});
      return "";
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::bad_data);
      return error.what();
    }
  };
  EXPECT_THAT(refusal({}), HasSubstr("no row"));
  EXPECT_THAT(refusal({0, 1, 3, 4}), HasSubstr("label 2"));
  run.labels[3] = -1;
  EXPECT_THAT(refusal({0, 1, 2, 3, 7}), HasSubstr("row 3 has no label"));
}

TEST_P(EveryReader, RefusesAStateThatIsNotItsOwn) {
  for (const char* state : {R"({"weights": 1})", R"({"weights": [1, "a", 2, 3]})", R"({"weights": {"L0H0": 1}})",
                            R"({"component": 3})", R"({"component": "L3H0"})", R"({"component": "L0H2"})"}) {
    try {
      reader->load(Json::parse(state), {3, 2, 4});
      EXPECT_EQ(reader->kind(), "full") << "took " << state;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::bad_data);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Readers, EveryReader, ::testing::ValuesIn(reader_kinds()), [](const auto& kind) {
  return kind.param.name == "calib+" ? std::string("calibplus") : std::string(kind.param.name);
});

TEST(Argmax, TakesTheFirstOfEqualValues) {
  EXPECT_EQ(argmax(std::vector{1.0, 3.0, 3.0}), 1);
  EXPECT_EQ(argmax(std::vector{0.0, 0.0}), 0);
}

TEST(Softmax, StaysFiniteForHugeValues) {
  std::vector<double> values = {1e300, 1e300, -1e300};
  softmax(values);
  EXPECT_THAT(values, ElementsAre(0.5, 0.5, 0.0));
}

}  // namespace
}  // namespace partwise
