// The held cap, against logits that transformers capped.
#include "decompose/logit_cap.h"

#include <gtest/gtest.h>

#include <cmath>

#include "decompose/decompose.h"
#include "decompose/label_reads.h"
#include "decompose/score.h"
#include "support/golden.h"
#include "support/paths.h"

namespace partwise::internal {
namespace {

class LogitCap : public testing::Test {
 protected:
  const std::filesystem::path folder = test::source_dir() / "tests" / "golden" / "tiny-gemma2";
  Model model = Model::load(folder);
  test::Golden golden = test::read_golden(folder);
  std::unique_ptr<Backend> backend = make_cpu_backend(2);
  Engine engine{model, *backend};

  /// The logarithm of each label's share among the labels, by transformers' logits.
  double log_share(std::int64_t e, std::int64_t y) const {
    double sum = 0;
    for (std::int64_t other = 0; other < golden.capped_logits.dim(1); ++other)
      sum += std::exp(golden.capped_logits(e, other));
    return golden.capped_logits(e, y) - std::log(sum);
  }
};

TEST(Capped, IsTheFormulaAndLeavesAModelWithoutACapAlone) {
  EXPECT_EQ(capped(40, 0), 40);
  EXPECT_EQ(held_cap(40, 0), 1);
  EXPECT_EQ(held_cap(0, 30), 1);
  EXPECT_DOUBLE_EQ(capped(-40, 30), 30 * std::tanh(-40.0 / 30));
  EXPECT_DOUBLE_EQ(held_cap(-40, 30) * -40, capped(-40, 30));
}

TEST_F(LogitCap, PointsReadTheLogitsThatTheModelOutputsAndPartsSumToThem) {
  const PointParts points = decompose_points(engine, golden.prompts);
  const double cap = model.config().logit_cap;
  EXPECT_EQ(cap, 8);
  for (std::int64_t p = 0; p < points.n_points(); ++p) {
    const Contributions one = points.at(p);
    for (std::int64_t y = 0; y < one.n_labels(); ++y) {
      double sum = double{one.embed(0, y)} + double{one.bias(0, y)};
      for (std::int64_t c = 0; c < one.n_components(); ++c) sum += component_logits(one, 0, c)[y];
      EXPECT_NEAR(one.logits(0, y), golden.capped_logits(p, y), 1e-4) << p;
      EXPECT_NEAR(sum, one.logits(0, y), 1e-5 * std::max(1.0f, std::abs(one.logits(0, y)))) << p;
      EXPECT_NEAR(one.heads(0, 0, 0, y), held_cap(golden.logits(p, y), cap) * golden.heads(p, 0, 0, y), 1e-4) << p;
    }
    EXPECT_LT(one.certificate(0), 1e-5f);
  }
}

TEST_F(LogitCap, ARunKeepsLogitsBeforeTheCapAndProbabilitiesAfterIt) {
  DecomposeOptions options;
  options.label_mass = true;
  const Contributions run = decompose(engine, golden.prompts, options);
  EXPECT_EQ(run.logit_cap, 8);
  const std::vector<std::vector<double>> under_the_model = score_labels(engine, golden.prompts);
  for (std::int64_t e = 0; e < run.n_examples(); ++e) {
    double mass = 0;
    for (std::int64_t y = 0; y < run.n_labels(); ++y) {
      EXPECT_NEAR(run.logits(e, y), golden.logits(e, y), 1e-3) << e;
      EXPECT_NEAR(run.log_probs(e, y), log_share(e, y), 1e-4) << e;
      mass += std::exp(under_the_model[e][y]);
    }
    EXPECT_NEAR(run.label_mass(e), mass, 1e-6) << e;
  }
}

TEST_F(LogitCap, LabelsOfSeveralTokensAreScoredByCappedLogits) {
  std::vector<PromptIds> prompts = {golden.prompts[4]};
  prompts[0].label_ids.clear();
  prompts[0].labels = {{5, 6}, {5, 7, 8}, {9}};
  DecomposeOptions options;
  options.score = LabelScore::sum;
  const Contributions sums = decompose(engine, prompts, options), tree = decompose(engine, prompts);
  const std::vector<double> plain = score_labels(engine, prompts)[0];
  EXPECT_EQ(sums.logit_cap, 0);
  EXPECT_LT(std::max(sums.certificate(0), tree.certificate(0)), 1e-5f);
  for (std::int64_t y = 0; y < 3; ++y) EXPECT_NEAR(sums.logits(0, y), plain[static_cast<std::size_t>(y)], 1e-5);
}

}  // namespace
}  // namespace partwise::internal
