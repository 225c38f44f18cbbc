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

std::vector<double> weights_of(const Reader& reader, const internal::Run& run) {
  const Json state = reader.save();
  std::vector<double> weights;
  for (std::int64_t c = 0; c < run.parts.n_components(); ++c) {
    weights.push_back(
        state.at("weights").at(component_name(component_at(c, run.parts.n_layers(), run.parts.n_heads()))));
  }
  return weights;
}

struct Fitted {
  FitReport report;
  std::vector<double> weights;
};

Fitted fit(const internal::Run& run) {
  auto reader = make_reader("comprw");
  const FitReport report = reader->fit(run.parts, run.labels, fit_rows(run));
  return {report, weights_of(*reader, run)};
}

// Mean cross-entropy + 1e-2 |w|_1 at w, computed in a plain way.
double objective(const internal::Run& run, const std::vector<double>& w) {
  double loss = 0, penalty = 0;
  for (std::int64_t i = 0; i < run.parts.n_examples(); ++i) {
    std::vector<double> f(static_cast<std::size_t>(run.parts.n_labels()));
    for (std::size_t c = 0; c < w.size(); ++c) {
      for (std::size_t y = 0; y < f.size(); ++y) {
        f[y] += std::min(std::max(w[c], 0.0), 1.0) * component_logits(run.parts, i, c)[y];
      }
    }
    double sum = 0;
    for (double v : f) sum += std::exp(v);
    loss += std::log(sum) - f[run.labels[i]];
  }
  for (double v : w) penalty += std::abs(v);
  return loss / static_cast<double>(run.parts.n_examples()) + 1e-2 * penalty;
}

TEST(CompRW, StepsDownTheGradientOfItsObjective) {
  // Component 0 knows every label, so the fit stops after its first update.
  internal::Run run = test::formula_run(6, 2, 1, 2, 1);
  for (std::int64_t i = 0; i < 6; ++i) run.parts.heads(i, 0, 0, run.labels[i]) = 8;
  const Fitted fitted = fit(run);
  ASSERT_EQ(fitted.report.updates, 1);
  EXPECT_EQ(fitted.report.train_accuracy, 1.0);
  for (std::size_t c = 0; c < fitted.weights.size(); ++c) {
    // The derivative from the left of w = 1: the clip is flat on the right.
    constexpr double h = 1e-6;
    std::vector<double> w(fitted.weights.size(), 1.0), w2 = w;
    w[c] -= h, w2[c] -= 2 * h;
    const std::vector<double> one(w.size(), 1.0);
    const double slope = (3 * objective(run, one) - 4 * objective(run, w) + objective(run, w2)) / (2 * h);
    EXPECT_NEAR(fitted.weights[c], std::min(1.0, 1 - 0.05 * slope), 1e-8) << c;
  }
}

TEST(CompRW, StopsAtTheThirdLossThatIsNotBelowTheBest) {
  const Fitted fitted = fit(test::silent_run(4, 2));  // the loss stays at log 2: one best, then three failures
  EXPECT_EQ(fitted.report.updates, 4);
  EXPECT_EQ(fitted.report.train_accuracy, 0.5);
  EXPECT_THAT(fitted.weights, Each(DoubleNear(1 - 4 * 0.05 * 1e-2, 1e-15)));
}

TEST(CompRW, AgreesWithNumpyWhereTheLossStopsIt) {
  const Fitted fitted = fit(test::formula_run(12, 2, 2, 3, 4));
  EXPECT_EQ(fitted.report.updates, 160);
  EXPECT_EQ(fitted.report.train_accuracy, 10.0 / 12);
  EXPECT_THAT(fitted.weights, Pointwise(DoubleNear(1e-10),
                                        {1.0, 0.2066302252759786, 0.34827255167375576, 0.0, 0.33241183343634173, 0.0}));
}

TEST(CompRW, AgreesWithNumpyWhereTheAccuracyStopsIt) {
  const Fitted fitted = fit(test::formula_run(6, 2, 2, 3, 4));
  EXPECT_EQ(fitted.report.updates, 201);
  EXPECT_EQ(fitted.report.train_accuracy, 1.0);
  EXPECT_THAT(fitted.weights, Pointwise(DoubleNear(1e-10), {1.0, 0.8916453771212457, 0.8204298224054528,
                                                            0.43603406171180015, 0.30010748233349316, 0.0}));
}

TEST(CompRW, ReproducesTheExpectedFits) {
  const std::vector<test::SharedTask> tasks = test::shared_tasks();
  if (tasks.empty()) GTEST_SKIP() << "shared fixtures are not here";
  for (const auto& [task, folder, pool, rows, expected] : tasks) {
    const Json& want = expected.at("comprw");
    auto reader = make_reader("comprw");
    EXPECT_EQ(reader->fit(pool.parts, pool.labels, fit_rows(pool)).updates, want.at("updates"));
    EXPECT_THAT(weights_of(*reader, pool), Pointwise(DoubleNear(2e-5), want.at("weights").get<std::vector<double>>()));
    EXPECT_NEAR(test::accuracy(*reader, rows), want.at("test_accuracy"), 1e-12) << task;
  }
}

}  // namespace
}  // namespace partwise::internal
