#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "decompose/run_file.h"
#include "formats/safetensors.h"
#include "readers/fits.h"
#include "support/paths.h"

namespace partwise {
namespace {

using ::testing::DoubleNear;
using ::testing::Pointwise;

TEST(Reweight, ReproducesTheExpectedFits) {
  if (!test::shared_dir()) GTEST_SKIP() << "shared fixtures are not here";
  const auto folder = *test::shared_dir() / "fixtures/runs";
  const Json expected = read_json_file(folder / "expected.json");
  for (const std::string task : {"sst2", "agnews"}) {
    const partwise::Run pool = read_run(folder / (task + ".train.safetensors"));
    const partwise::Run test = read_run(folder / (task + ".test.safetensors"));
    const SafetensorsFile golden(folder / (task + ".reweight.safetensors"));
    const double* logits = reinterpret_cast<const double*>(golden.tensors().at("test_logits").bytes.data());
    const Json& want = expected.at(task).at("reweight");
    auto reader = make_reader("reweight");
    const FitReport report = reader->fit(pool.parts, pool.labels, fit_rows(pool));
    EXPECT_NEAR(*report.objective / want.at("objective").get<double>(), 1, 1e-12) << task;
    int hits = 0;
    double worst = 0;
    for (std::int64_t i = 0; i < test.parts.n_examples(); ++i) {
      std::vector<double> f(static_cast<std::size_t>(test.parts.n_labels()));
      reader->scores(test.parts, i, f);
      for (std::size_t y = 0; y < f.size(); ++y) worst = std::max(worst, std::abs(f[y] - logits[i * f.size() + y]));
      hits += argmax(f) == test.labels[i];
    }
    EXPECT_LT(worst, 1e-9) << task;
    EXPECT_NEAR(hits / static_cast<double>(test.parts.n_examples()), want.at("test_accuracy"), 1e-12) << task;
  }
}

}  // namespace
}  // namespace partwise
