#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "base/json.h"
#include "decompose/run_file.h"
#include "readers/fits.h"
#include "support/paths.h"

namespace partwise::internal {
namespace {

using ::testing::DoubleNear;
using ::testing::Each;
using ::testing::Pointwise;

struct Fitted {
  FitReport report;
  std::vector<double> weights;
};

Fitted fit(const internal::Run& run) {
  auto reader = make_reader("calib+");
  const FitReport report = reader->fit(run.parts, run.labels, fit_rows(run));
  return {report, reader->save().at("weights").get<std::vector<double>>()};
}

TEST(CalibPlus, ChangesNothingWhereTheModelIsAlwaysRight) {
  internal::Run run = test::silent_run(4, 2);
  for (std::int64_t i = 0; i < 4; ++i) run.parts.logits(i, run.labels[i]) = 1;
  const Fitted fitted = fit(run);
  EXPECT_EQ(fitted.report.updates, 0);
  EXPECT_EQ(fitted.report.train_accuracy, 1.0);
  EXPECT_THAT(fitted.weights, Each(1.0));
}

TEST(CalibPlus, StopsAtTheThirdLossThatIsNotBelowTheBest) {
  EXPECT_EQ(fit(test::silent_run(4, 2)).report.updates, 4);  // even probabilities, balanced labels: no change
}

TEST(CalibPlus, ScoresAreWeightedProbabilitiesAndSoftmaxIsTakenTwice) {
  internal::Run run = test::silent_run(2, 2);
  run.parts.logits(0, 1) = std::log(3.0f);  // p = 1/4, 3/4
  auto reader = make_reader("calib+");
  reader->load(Json::parse(R"({"weights": [2, -1]})"), {2, 1, 2});
  std::vector<double> out(2);
  reader->scores(run.parts, 0, out);
  EXPECT_THAT(out, Pointwise(DoubleNear(1e-7), {0.5, -0.75}));
  reader->probabilities(run.parts, 0, out);
  EXPECT_NEAR(out[0], 1 / (1 + std::exp(-1.25)), 1e-7);
}

TEST(CalibPlus, AgreesWithNumpyWhereTheAccuracyStopsIt) {
  const Fitted fitted = fit(test::formula_run(6, 1, 2, 3, 4));
  EXPECT_EQ(fitted.report.updates, 4900);
  EXPECT_EQ(fitted.report.train_accuracy, 1.0);
  EXPECT_THAT(fitted.weights, Pointwise(DoubleNear(1e-9), {6.319776174468948, 7.382089014593479, 4.466442031570599}));
}

TEST(CalibPlus, AgreesWithNumpyWhereTheStepsRunOut) {
  const Fitted fitted = fit(test::formula_run(9, 2, 2, 3, 1));
  EXPECT_EQ(fitted.report.updates, 5000);
  EXPECT_EQ(fitted.report.train_accuracy, 6.0 / 9);
  EXPECT_THAT(fitted.weights,
              Pointwise(DoubleNear(1e-9), {3.2853222091198875, 3.8096527996530978, 3.4617717381389195}));
}

TEST(CalibPlus, ReproducesTheExpectedFits) {
  const std::vector<test::SharedTask> tasks = test::shared_tasks();
  if (tasks.empty()) GTEST_SKIP() << "shared fixtures are not here";
  for (const auto& [task, folder, pool, rows, expected] : tasks) {
    const Json& want = expected.at("calib_plus");
    auto reader = make_reader("calib+");
    EXPECT_EQ(reader->fit(pool.parts, pool.labels, fit_rows(pool)).updates, want.at("updates"));
    EXPECT_THAT(reader->save().at("weights").get<std::vector<double>>(),
                Pointwise(DoubleNear(2e-5), want.at("weights").get<std::vector<double>>()));
    EXPECT_NEAR(test::accuracy(*reader, rows), want.at("test_accuracy"), 1e-12) << task;
  }
}

}  // namespace
}  // namespace partwise::internal
