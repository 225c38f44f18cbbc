// A layer of experts against plain loops over rows and experts in double precision.
#include "pass/experts.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <set>

#include "base/random.h"
#include "support/paths.h"

namespace partwise::internal {
namespace {

using Row = std::vector<double>;

Model tiny(const std::string& name) { return Model::load(test::source_dir() / "tests" / "golden" / name); }

HostMatrix matrix_of(const RowReader& weight) {
  HostMatrix values(weight.rows, weight.cols);
  weight.read(0, values.view());
  return values;
}

Row times(const HostMatrix& weight, const Row& x) {
  Row y;
  for (std::int64_t o = 0; o < weight.rows; ++o)
    y.push_back(std::inner_product(x.begin(), x.end(), weight.view().row(o), 0.0));
  return y;
}

Row normed(const Row& x, const NormWeights& norm, double eps) {
  const double scale = std::sqrt(std::inner_product(x.begin(), x.end(), x.begin(), 0.0) / std::ssize(x) + eps);
  Row y;
  for (std::size_t i = 0; i < x.size(); ++i) y.push_back(norm.gain[i] * x[i] / scale);
  return y;
}

Row expert_of(const MlpWeights& w, const Row& h) {
  const Row gate = times(matrix_of(w.gate), h), in = times(matrix_of(w.in), h);
  Row act;
  for (std::size_t i = 0; i < gate.size(); ++i) act.push_back(gate[i] / (1 + std::exp(-gate[i])) * in[i]);
  return times(matrix_of(w.out), act);
}

/// What the layer's experts return for one row.
Row mixture(const Model& model, std::int64_t layer, const Row& x) {
  const LayerWeights w = model.layer(layer);
  const ExpertsConfig& e = *model.config().experts;
  const Row h = normed(x, w.ln2, model.config().norm_eps), logits = times(matrix_of(w.router), h);
  std::vector<std::size_t> order(logits.size());
  std::iota(order.begin(), order.end(), 0u);
  std::ranges::stable_sort(order, std::greater(), [&](std::size_t i) { return logits[i]; });
  double total = 0;
  for (std::size_t i = 0; i < (e.normalised ? static_cast<std::size_t>(e.n_used) : order.size()); ++i)
    total += std::exp(logits[order[i]]);
  Row sum(x.size());
  for (std::int64_t i = 0; i < e.n_used; ++i) {
    const Row out = expert_of(model.expert(layer, static_cast<std::int64_t>(order[i])), h);
    for (std::size_t c = 0; c < sum.size(); ++c) sum[c] += std::exp(logits[order[i]]) / total * out[c];
  }
  return sum;
}

HostMatrix random_rows(std::int64_t n, std::int64_t width) {
  Random random(3);
  HostMatrix x(n, width);
  for (float& value : x.values) value = static_cast<float>(2 * random.uniform() - 1);
  return x;
}

/// Runs a layer's experts over these rows.
HostMatrix run(const Engine& engine, std::int64_t layer, const HostMatrix& x, const OnExpert& seen = {}) {
  const Backend& backend = engine.backend();
  const auto packed = engine.layer(layer);
  const RotaryTables rotary(backend, engine.model().config(), 1);
  OwnedRows rows = backend.allocate(x.rows, x.cols), out = backend.allocate(x.rows, x.cols);
  backend.upload(x, rows.view());
  Experts(engine, x.rows).run(Block(engine.model().config(), backend, rotary, *packed), rows.view(), out.view(), seen);
  HostMatrix found(x.rows, x.cols);
  backend.download(out.view(), found.view());
  return found;
}

class ExpertsOf : public testing::TestWithParam<const char*> {};

TEST_P(ExpertsOf, AreThoseOfPlainLoops) {
  const Model model = tiny(GetParam());
  const HostMatrix x = random_rows(150, model.config().d_model);
  for (const auto& backend : {make_reference_backend(), make_cpu_backend(1), make_cpu_backend(2)}) {
    const Engine engine(model, *backend);
    const HostMatrix found = run(engine, 1, x);
    for (std::int64_t t = 0; t < x.rows; ++t) {
      const float* row = x.view().row(t);
      const Row expected = mixture(model, 1, Row(row, row + x.cols));
      for (std::int64_t c = 0; c < x.cols; ++c) ASSERT_NEAR(found.view().row(t)[c], expected[c], 2e-5) << t << ' ' << c;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, ExpertsOf,
                         testing::Values("tiny-qwen3-moe", "tiny-qwen3-moe-mixed", "tiny-olmoe", "tiny-mixtral"));

TEST(Experts, ThatNoRowChoosesAreNotAskedFor) {
  const Model model = tiny("tiny-mixtral");
  const auto backend = make_cpu_backend(1);
  const Engine engine(model, *backend, Residency::resident);
  const std::int64_t all = engine.bytes_of_next_pass();
  std::set<std::int64_t> asked;
  run(engine, 0, random_rows(1, model.config().d_model), [&](std::int64_t e, auto, auto) { asked.insert(e); });
  EXPECT_EQ(asked.size(), 2u);
  const std::int64_t rest = engine.bytes_of_next_pass();
  std::set<std::int64_t> every;
  run(engine, 0, random_rows(100, model.config().d_model), [&](std::int64_t e, auto, auto) { every.insert(e); });
  EXPECT_EQ(every.size(), 4u);
  EXPECT_GT(all, rest);
  EXPECT_GT(rest, engine.bytes_of_next_pass()) << "two experts were packed only now";
}

TEST(Experts, ShowWhatTheyReturnBeforeItIsWeighted) {
  const Model model = tiny("tiny-olmoe");
  const auto backend = make_cpu_backend(2);
  const Engine engine(model, *backend);
  const HostMatrix x = random_rows(20, model.config().d_model);
  HostMatrix sum(x.rows, x.cols);
  const HostMatrix found = run(engine, 0, x, [&](std::int64_t, std::span<const WeightedRow> rows, ConstRows out) {
    HostMatrix own(out.rows, out.cols);
    backend->download(out, own.view());
    for (std::int64_t i = 0; i < own.rows; ++i)
      for (std::int64_t c = 0; c < own.cols; ++c)
        sum.view().row(rows[i].row)[c] += rows[i].weight * own.view().row(i)[c];
  });
  for (std::size_t i = 0; i < found.values.size(); ++i) EXPECT_NEAR(found.values[i], sum.values[i], 1e-6);
}

}  // namespace
}  // namespace partwise::internal
