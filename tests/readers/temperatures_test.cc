#include "readers/temperatures.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "base/json.h"
#include "readers/fits.h"
#include "support/errors.h"

namespace partwise::internal {
namespace {

using ::testing::DoubleNear;
using ::testing::ElementsAreArray;
using ::testing::HasSubstr;
using ::testing::Pointwise;

/// The normal part of the prior, up to a factor.
double around(double beta) { return std::exp(-(beta - 1.3) * (beta - 1.3) / 0.32); }

TEST(Temperatures, WithoutRowsAreThePrior) {
  const Temperatures prior(LeftOutRows{});
  const auto weights = prior.weights();
  // betas 1.3 and 0.9: one standard deviation apart
  EXPECT_NEAR(weights[9] / weights[12], std::exp(-0.5), 1e-12);
  EXPECT_NEAR(std::accumulate(weights.begin(), weights.end(), 0.0), 1, 1e-12);
}

TEST(Temperatures, LeaveRoomForAReaderThatLearntNothing) {
  const Temperatures prior(LeftOutRows{});
  const auto weights = prior.weights();
  // betas .05 to .3 share 0.3, besides what the normal part gives them: beta .4 tells how much that is
  for (std::size_t b = 0; b < 4; ++b)
    EXPECT_NEAR(weights[b], 0.075 + weights[4] / around(0.4) * around(kInverseTemperatures[b]), 1e-12) << b;
}

/// Hand value: one row with scores (log 3, 0) whose label is 0, so softmax(beta q)[0] = 3^beta / (3^beta + 1).
TEST(Temperatures, WeighTheTemperaturesByWhatRowsSay) {
  const Temperatures learnt(LeftOutRows{{0}, {std::log(3), 0}});
  const auto posterior = [](double beta) { return std::pow(3, beta) / (std::pow(3, beta) + 1) * around(beta); };
  EXPECT_NEAR(learnt.weights()[15] / learnt.weights()[10], posterior(2) / posterior(1), 1e-12);
}

TEST(Temperatures, ScoresThatAreWrongMakeAReaderUnsure) {
  LeftOutRows wrong;
  for (int i = 0; i < 12; ++i) {
    wrong.labels.push_back(i % 2);
    wrong.scores.insert(wrong.scores.end(), {i % 2 ? 4.0 : 0.0, i % 2 ? 0.0 : 4.0});
  }
  const Temperatures unsure(wrong);
  EXPECT_LT(unsure.mean_inverse(), 0.1);
  std::vector<double> p = {3, 0};
  unsure.to_probabilities(p);
  EXPECT_GT(p[0], 0.5);  // the answer is the same
  EXPECT_LT(p[0], 0.6);
}

TEST(Temperatures, AreTheSameAfterSavingAndLoading) {
  const Temperatures learnt(LeftOutRows{{0}, {2, 0}});
  const Temperatures again = Temperatures::load(Json::parse(learnt.save().dump()));
  EXPECT_THAT(again.weights(), ElementsAreArray(learnt.weights()));
}

TEST(Temperatures, RefuseWeightsThatAreNoProbabilities) {
  Json state = Temperatures(LeftOutRows{}).save();
  state["weights"][3] = -1;
  EXPECT_THAT(test::error_of([&] { Temperatures::load(state); }).what(), HasSubstr("'weights'"));
  state = Temperatures(LeftOutRows{}).save();
  state["inverse_temperatures"][0] = 0.5;
  EXPECT_THAT(test::error_of([&] { Temperatures::load(state); }).what(), HasSubstr("'inverse_temperatures'"));
}

class Calibrated : public ::testing::Test {
 protected:
  internal::Run run = test::formula_run(30, 2, 2, 3, 2);
  FitRows rows;
  Calibrated() {
    test::add_hidden_states(run);
    for (std::int64_t i = 0; i < 18; ++i) rows.pool.push_back(i);
  }
  std::vector<double> probabilities(const Reader& reader) const {
    std::vector<double> p(3);
    reader.probabilities(run.parts, 20, p);
    return p;
  }
};

TEST_F(Calibrated, EveryReaderOfTheConvexFitUnlessToldOtherwise) {
  for (const char* kind : {"affine-calibration", "bag-of-words", "committee", "ensemble", "linear-probe",
                           "linear-probe-parts", "random-labels", "reweight", "reweight-hidden", "reweight-shared"}) {
    auto reader = make_reader(kind), plain = make_reader(kind);
    reader->fit(run.parts, run.labels, rows);
    plain->fit(run.parts, run.labels, rows, {}, Calibration::off);
    ASSERT_TRUE(reader->temperatures()) << kind;
    EXPECT_FALSE(plain->temperatures()) << kind;
    EXPECT_EQ(reader->save(), plain->save()) << kind;  // answers are the same
    std::vector<double> f(3);
    reader->scores(run.parts, 20, f);
    reader->temperatures()->to_probabilities(f);
    EXPECT_THAT(probabilities(*reader), ElementsAreArray(f)) << kind;
    plain->scores(run.parts, 20, f);
    softmax(f);
    EXPECT_THAT(probabilities(*plain), ElementsAreArray(f)) << kind;
  }
}

/// Labels that are dealt do not come sorted, as those of pools do. Of 43 rows, all that some label has would be left
/// out together.
TEST(CalibratedRandomLabels, AreLeftOutByFitsThatHaveEveryLabel) {
  const internal::Run run = test::formula_run(43, 1, 1, 12, 1);
  auto reader = make_reader("random-labels");
  reader->fit(run.parts, run.labels, fit_rows(run));
  EXPECT_THAT(reader->temperatures()->weights(), ::testing::Each(::testing::Truly([](double w) { return w >= 0; })));
}

TEST_F(Calibrated, TheControlNeedsALabelWithTwoRows) {
  rows.pool = {0, 1, 2};  // one of each label: labels that are dealt in turn would be the right ones
  EXPECT_THAT(test::error_of([&] { make_reader("random-labels")->fit(run.parts, run.labels, rows); }).what(),
              HasSubstr("random-labels needs a label with two rows"));
}

TEST_F(Calibrated, NoOtherReader) {
  auto reader = make_reader("comprw");
  reader->fit(run.parts, run.labels, rows);
  EXPECT_FALSE(reader->temperatures());
}

}  // namespace
}  // namespace partwise::internal
