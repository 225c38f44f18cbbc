// The full model as a reader, where the model caps its logits.
#include <gtest/gtest.h>

#include <cmath>

#include "readers/reader.h"
#include "support/runs.h"

namespace partwise::internal {
namespace {

TEST(Full, ReadsTheLogitsThatAModelWithACapOutputsAndSplitsThem) {
  internal::Run run = test::make_run(4, 2, 2, 3);
  run.parts.logit_cap = 1.5f;
  const auto full = make_reader("full");
  const auto n_components = static_cast<std::size_t>(run.parts.n_components());
  for (std::int64_t e = 0; e < 4; ++e) {
    std::vector<double> scores(3), split(3 * (n_components + 1));
    full->scores(run.parts, e, scores);
    full->split_scores(run.parts, e, split);
    for (std::size_t y = 0; y < 3; ++y) {
      double sum = 0;
      for (std::size_t i = y; i < split.size(); i += 3) sum += split[i];
      EXPECT_NEAR(scores[y], 1.5 * std::tanh(run.parts.logits(e, static_cast<std::int64_t>(y)) / 1.5), 1e-12);
      EXPECT_NEAR(sum, scores[y], 1e-5);
    }
  }
}

}  // namespace
}  // namespace partwise::internal
