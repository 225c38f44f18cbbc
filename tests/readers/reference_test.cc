// Compares readers with a NumPy program that was written from the formulas alone. It fits in the primal form, by
// Newton's method on the weights instead of the dual variables.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "readers/fits.h"
#include "support/errors.h"

namespace partwise::internal {
namespace {

using ::testing::DoubleNear;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pointwise;

/// Fifteen rows with three labels. Readers are fitted on the first twelve and asked about the next one.
class Reference : public ::testing::Test {
 protected:
  internal::Run run = test::formula_run(15, 2, 2, 3, 2);
  FitRows rows;

  Reference() {
    test::add_hidden_states(run);
    for (std::int64_t i = 0; i < 12; ++i) rows.pool.push_back(i);
    rows.content_free = rows.random_words = rows.test = {13, 14};
  }

  std::vector<double> scores(const std::string& kind, FitReport* report = nullptr) const {
    auto reader = make_reader(kind);
    const FitReport fit = reader->fit(run.parts, run.labels, rows);
    if (report) *report = fit;
    std::vector<double> out(3);
    reader->scores(run.parts, 12, out);
    return out;
  }

  void expect(const std::string& kind, double objective, const std::vector<double>& wanted) const {
    FitReport report;
    EXPECT_THAT(scores(kind, &report), Pointwise(DoubleNear(1e-9), wanted)) << kind;
    ASSERT_TRUE(report.objective) << kind;
    EXPECT_NEAR(*report.objective, objective, 1e-9) << kind;
  }
};

TEST_F(Reference, FormsOfReweight) {
  expect("reweight", 4.0132188841766645, {-0.10883360218050006, 2.369116404303007, -2.260282802122507});
  expect("reweight-shared", 5.188249468124676, {0.36854667054467866, 1.3453638391105354, -1.7139105096552136});
  expect("reweight-hidden", 2.5088048429681713, {-0.3175228477079139, 1.7798870306440628, -1.4623641829361502});
}

TEST_F(Reference, Ensemble) {
  expect("ensemble", 13.952098564302561, {-1.313889061364979, -1.5969104971682722, -3.832969826688011});
}

TEST_F(Reference, AffineCalibration) {
  expect("affine-calibration", 12.07067465183926, {-0.11134594958336896, 0.28252227661952667, -0.1711763270361594});
}

TEST_F(Reference, CalibrationsWithoutLabels) {
  const std::vector<double> divided = {-0.01955000248803307, 0.24207953527406145, -0.17836700148933804};
  EXPECT_THAT(scores("contextual-calibration"), Pointwise(DoubleNear(1e-12), divided));
  EXPECT_THAT(scores("domain-calibration"), Pointwise(DoubleNear(1e-12), divided));
  EXPECT_THAT(scores("batch-calibration"),
              Pointwise(DoubleNear(1e-12), {-0.006580785080263163, 0.07166875320779797, -0.06508796812753476}));
}

TEST_F(Reference, HiddenCalibration) {
  EXPECT_THAT(scores("hidden-calibration"),
              Pointwise(DoubleNear(1e-12), {-0.955555303213791, -1.4816586988912122, -1.8275239396516807}));
}

TEST_F(Reference, SparseAttentionVectors) {  // the four heads give 2, 1 and 1 votes
  EXPECT_THAT(scores("sav"), Pointwise(DoubleNear(1e-12), {std::log(3 / 7.0), std::log(2 / 7.0), std::log(2 / 7.0)}));
}

TEST_F(Reference, NearestNeighbours) {  // one vote each; the nearest has half a vote more
  EXPECT_THAT(scores("knn"), Pointwise(DoubleNear(1e-12), {std::log(2 / 6.5), std::log(2.5 / 6.5), std::log(2 / 6.5)}));
}

TEST_F(Reference, TopParts) {
  run = test::formula_run(15, 8, 2, 3, 2);  // 24 components, of which 20 vote
  auto reader = make_reader("top-parts");
  reader->fit(run.parts, run.labels, rows);
  std::vector<double> out(3);
  reader->scores(run.parts, 14, out);
  EXPECT_THAT(out, Pointwise(DoubleNear(1e-12), {std::log(13 / 23.0), std::log(5 / 23.0), std::log(5 / 23.0)}));
  EXPECT_EQ(reader->save().at("components").size(), 20u);
}

TEST_F(Reference, OracleIsTheBestOnTheTestRows) {
  run.labels[13] = run.labels[14] = 2;
  rows.test = {2, 5, 8, 13, 14, 0, 1};
  auto oracle = make_reader("oracle"), best = make_reader("best");
  oracle->fit(run.parts, run.labels, rows);
  best->fit(run.parts, run.labels, {.pool = rows.test});
  EXPECT_EQ(oracle->save(), best->save());
}

/// The control gives the rows of each label both labels evenly. So even a part that knows every label gets no weight.
TEST(RandomLabels, TeachNothing) {
  internal::Run run = test::silent_run(12, 2);
  for (std::int64_t i = 0; i < 12; ++i) run.parts.heads(i, 0, 0, run.labels[i]) = 1;
  auto control = make_reader("random-labels"), reader = make_reader("reweight");
  control->fit(run.parts, run.labels, fit_rows(run));
  reader->fit(run.parts, run.labels, fit_rows(run));
  std::vector<double> of_control(2), of_reader(2);
  control->scores(run.parts, 3, of_control);
  reader->scores(run.parts, 3, of_reader);
  EXPECT_NEAR(of_control[1] - of_control[0], 0, 1e-9);
  EXPECT_GT(of_reader[1] - of_reader[0], 1);
}

TEST_F(Reference, SaysWhatARunLacks) {
  const auto decomposing = [](Setting setting, const char* value = "") {
    return Remedy(setting, value, Step::decompose);
  };
  const auto refusal = [&](const char* kind) {
    return test::error_of([&] { make_reader(kind)->fit(run.parts, run.labels, rows); });
  };
  rows.content_free.clear();
  EXPECT_THAT(refusal("contextual-calibration").remedies(), ElementsAre(decomposing(Setting::content_free)));
  run.parts.hidden = {};
  EXPECT_THAT(refusal("reweight-hidden").remedies(), ElementsAre(decomposing(Setting::store, "hidden")));
  run.parts.z = {};
  EXPECT_THAT(refusal("sav").remedies(), ElementsAre(decomposing(Setting::store, "z")));
}

TEST_F(Reference, TheEnsembleNeedsTwoRowsOfALabel) {
  rows.pool = {0, 1, 2, 3, 4};
  const Error error = test::error_of([&] { make_reader("ensemble")->fit(run.parts, run.labels, rows); });
  EXPECT_THAT(error.what(), HasSubstr("label 2"));
  EXPECT_EQ(error.code(), ErrorCode::bad_data);
}

TEST_F(Reference, ARunOfOtherWidthsIsRefused) {
  for (const char* kind : {"reweight-hidden", "hidden-calibration", "sav", "ensemble"}) {
    auto reader = make_reader(kind);
    reader->fit(run.parts, run.labels, rows);
    internal::Run other = run;
    other.parts.hidden = Array<float>({15, 7});
    other.parts.z = Array<float>({15, 2, 2, 4});
    std::vector<double> out(3);
    EXPECT_EQ(test::error_of([&] { reader->scores(other.parts, 0, out); }).code(), ErrorCode::bad_data) << kind;
  }
}

/// A reader leans on the part that is always right, and against the part that is always wrong.
TEST(Leanings, HaveTheSignOfWhatThePartSays) {
  internal::Run run = test::silent_run(8, 2);
  for (std::int64_t i = 0; i < 8; ++i) {
    run.parts.heads(i, 0, 0, run.labels[i]) = 2;
    run.parts.heads(i, 1, 0, 1 - run.labels[i]) = 1;
  }
  for (const char* kind : {"reweight", "reweight-shared"}) {
    auto reader = make_reader(kind);
    reader->fit(run.parts, run.labels, fit_rows(run));
    const std::vector<Leaning> leanings = reader->leanings();
    ASSERT_EQ(leanings.size(), 2u);
    EXPECT_EQ(leanings[0].component, 0);
    EXPECT_GT(leanings[0].weight, 0);
    EXPECT_EQ(leanings[1].component, 1);
    EXPECT_LT(leanings[1].weight, 0);
    for (const Leaning& leaning : leanings) EXPECT_EQ(leaning.label, -1);  // with two labels, no single one is meant
  }
}

/// The part knows one of three labels.
TEST(Leanings, NameALabelWhereItMatters) {
  internal::Run run = test::silent_run(9, 3);
  for (std::int64_t i = 0; i < 9; ++i) run.parts.heads(i, 0, 0, 2) = run.labels[i] == 2 ? 2 : -2;
  const auto label_of = [&](const char* kind) {
    auto reader = make_reader(kind);
    reader->fit(run.parts, run.labels, fit_rows(run));
    return reader->leanings().at(0).label;
  };
  EXPECT_EQ(label_of("reweight"), 2);
  EXPECT_EQ(label_of("reweight-shared"), -1);
}

/// Classes are balanced: a pool of 18 + 6 rows gives the same answers as one of 12 + 12.
TEST(Reweight, IsIndifferentToAPartThatOnlySaysWhichLabelIsFrequent) {
  internal::Run run = test::silent_run(24, 2);
  for (std::int64_t i = 0; i < 24; ++i) {
    run.labels[i] = i < 18 ? 0 : 1;
    run.parts.heads(i, 0, 0, run.labels[i]) = 1;  // knows the label
    run.parts.mlps(i, 1, 0) = 3;                  // always says label 0
    for (std::int64_t y = 0; y < 2; ++y) run.parts.logits(i, y) = run.parts.heads(i, 0, 0, y) + run.parts.mlps(i, 1, y);
  }
  auto reader = make_reader("reweight");
  EXPECT_EQ(reader->fit(run.parts, run.labels, fit_rows(run)).train_accuracy, 1.0);
  std::vector<double> of_first(2), of_last(2);
  reader->scores(run.parts, 0, of_first);
  reader->scores(run.parts, 23, of_last);
  EXPECT_NEAR(of_first[0], of_last[1], 1e-12);
}

}  // namespace
}  // namespace partwise::internal
