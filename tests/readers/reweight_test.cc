#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "base/json.h"
#include "decompose/run_file.h"
#include "formats/safetensors.h"
#include "readers/fits.h"
#include "support/paths.h"

namespace partwise::internal {
namespace {

using ::testing::DoubleNear;
using ::testing::Pointwise;

TEST(Reweight, ReproducesTheExpectedFits) {
  const std::vector<test::SharedTask> tasks = test::shared_tasks();
  if (tasks.empty()) GTEST_SKIP() << "shared fixtures are not here";
  for (const auto& [task, folder, pool, rows, expected] : tasks) {
    const SafetensorsFile golden(folder / (task + ".reweight.safetensors"));
    const double* logits = reinterpret_cast<const double*>(golden.tensors().at("test_logits").bytes.data());
    const Json& want = expected.at("reweight");
    auto reader = make_reader("reweight");
    const FitReport report = reader->fit(pool.parts, pool.labels, fit_rows(pool));
    EXPECT_NEAR(*report.objective / want.at("objective").get<double>(), 1, 1e-12) << task;
    double worst = 0;
    for (std::int64_t i = 0; i < rows.parts.n_examples(); ++i) {
      std::vector<double> f(static_cast<std::size_t>(rows.parts.n_labels()));
      reader->scores(rows.parts, i, f);
      for (std::size_t y = 0; y < f.size(); ++y) worst = std::max(worst, std::abs(f[y] - logits[i * f.size() + y]));
    }
    EXPECT_LT(worst, 1e-9) << task;
    EXPECT_NEAR(test::accuracy(*reader, rows), want.at("test_accuracy"), 1e-12) << task;
  }
}

}  // namespace
}  // namespace partwise::internal
