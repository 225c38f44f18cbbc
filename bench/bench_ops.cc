// Speed of the operations on the shapes of SmolLM2-135M: FLOP/s, and their share of the FLOP/s that oneDNN reaches for
// the model's products in this run. Operations that mostly move data report bytes/s.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <vector>

#include "base/random.h"
#include "best_product.h"
#include "ops/backend.h"
#include "ops/host_rows.h"

namespace partwise::internal::bench {
namespace {

constexpr std::int64_t kModel = 576, kHeads = 9, kKvHeads = 3, kHead = 64, kMlp = 1536;
constexpr std::int64_t kQ = kHeads * kHead, kKv = kKvHeads * kHead, kQkv = kQ + 2 * kKv;
const std::vector<ProductShape> kShapes = {{kModel, kQkv}, {kQ, kModel}, {kModel, 2 * kMlp}, {kMlp, kModel}};
const AttentionShape kShape{kHeads, kKvHeads, kHead, 0.125f};

const Backend& backend() {
  static const auto cpu = make_cpu_backend();
  return *cpu;
}

struct BenchRows {
  BenchRows(std::int64_t n_rows, std::int64_t n_cols)
      : values(static_cast<std::size_t>(n_rows * n_cols)), rows(n_rows), cols(n_cols) {}
  ConstMatrix matrix() const { return {values.data(), rows, cols, cols}; }
  Rows view() { return as_rows(Matrix{values.data(), rows, cols, cols}); }
  Rows view(std::int64_t n) { return view().block(0, n); }
  std::vector<float> values;
  std::int64_t rows, cols;
};

BenchRows random_rows(std::int64_t n_rows, std::int64_t n_cols, float size = 1.0f) {
  Random random(1);
  BenchRows m(n_rows, n_cols);
  for (float& x : m.values) x = size * static_cast<float>(2 * random.uniform() - 1);
  return m;
}

/// A shared prefix and leaves with the lengths of AG News prompts with four demonstrations.
struct Tree {
  explicit Tree(std::int64_t n_leaves, std::int64_t prefix = 242, std::int64_t leaf = 52) {
    add(-1, 0, prefix);
    for (std::int64_t i = 0; i < n_leaves; ++i) add(0, prefix, leaf - 20 + (i * 7) % 41);
  }
  void add(std::int64_t parent, std::int64_t position, std::int64_t n) {
    segments.push_back({parent, n_rows, n, position});
    for (std::int64_t i = 0; i < n; ++i) {
      positions.push_back(static_cast<std::int32_t>(position + i));
      attention_flops += 4.0 * kQ * static_cast<double>(position + i + 1);
    }
    n_rows += n;
  }
  /// Runs that cover rows [first, first + n) as queries 0, 1, ...
  std::vector<QueryRun> runs(std::int64_t first, std::int64_t n) const {
    std::vector<QueryRun> out;
    for (std::size_t s = 0; s < segments.size(); ++s) {
      const std::int64_t begin = std::max(first, segments[s].first_row);
      const std::int64_t end = std::min(first + n, segments[s].first_row + segments[s].n_rows);
      if (begin < end)
        out.push_back({static_cast<std::int64_t>(s), begin - segments[s].first_row, end - begin, begin - first});
    }
    return out;
  }

  std::vector<Segment> segments;
  std::vector<std::int32_t> positions;
  std::int64_t n_rows = 0;
  double attention_flops = 0;  // one layer: scores and weighted values of the tokens that each token sees
};

/// Runs `body` once per iteration. Returns how many times per second it ran.
template <class Body>
double measure(benchmark::State& state, const Body& body) {
  const double start = seconds();
  for (auto _ : state) body();
  return static_cast<double>(state.iterations()) / (seconds() - start);
}

/// Measures work of `flops` multiplications and additions.
template <class Body>
double measure_flops(benchmark::State& state, double flops, const Body& body) {
  static const double best = best_product(backend().n_threads(), Precision::f32, kShapes);
  const double per_second = measure(state, body);
  state.counters["FLOP/s"] = flops * per_second;
  state.counters["share"] = flops * per_second / best;
  return per_second;
}

/// Measures work that reads and writes `n_floats` floats in total.
template <class Body>
void measure_bytes(benchmark::State& state, std::int64_t n_floats, const Body& body) {
  state.counters["bytes/s"] = static_cast<double>(n_floats) * sizeof(float) * measure(state, body);
}

/// The number of rows that all threads together process at a time in a pass.
std::int64_t n_rows() { return backend().preferred_rows() * backend().n_threads(); }

void best_onednn_product(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(best_product(1, Precision::f32, kShapes));
  state.counters["FLOP/s"] = best_product(backend().n_threads(), Precision::f32, kShapes);
}
BENCHMARK(best_onednn_product)->Iterations(1);

void linear(benchmark::State& state) {
  const std::int64_t n_in = state.range(0), n_out = state.range(1), n = n_rows();
  const auto weight = backend().pack(random_rows(n_out, n_in).matrix());
  BenchRows x = random_rows(n, n_in), y(n, n_out);
  measure_flops(state, 2.0 * static_cast<double>(n * n_in * n_out),
                [&] { backend().linear(*weight, {}, x.view(), y.view()); });
}
BENCHMARK(linear)->Args({kModel, kQkv})->Args({kQ, kModel})->UseRealTime();

void pack(benchmark::State& state) {
  BenchRows weight = random_rows(2 * kMlp, kModel);
  measure_bytes(state, 2 * 2 * kMlp * kModel, [&] { benchmark::DoNotOptimize(backend().pack(weight.matrix())); });
}
BENCHMARK(pack)->UseRealTime();

void attention(benchmark::State& state) {
  const Tree tree(state.range(0));
  BenchRows q = random_rows(tree.n_rows, kQ), k = random_rows(tree.n_rows, kKv), v = random_rows(tree.n_rows, kKv);
  BenchRows z(tree.n_rows, kQ);
  const auto runs = tree.runs(0, tree.n_rows);
  measure_flops(state, tree.attention_flops,
                [&] { backend().attention(kShape, tree.segments, runs, q.view(), k.view(), v.view(), z.view()); });
}
BENCHMARK(attention)->Arg(20)->UseRealTime();

void rms_norm(benchmark::State& state) {
  const std::int64_t n = n_rows();
  BenchRows x = random_rows(n, kModel), gain = random_rows(1, kModel), y(n, kModel);
  measure_bytes(state, 2 * n * kModel, [&] { backend().rms_norm(x.view(), gain.values, 1e-5f, y.view()); });
}
BENCHMARK(rms_norm)->UseRealTime();

void rotary(benchmark::State& state) {
  const std::int64_t n = n_rows();
  BenchRows x = random_rows(n, kQ), cos = random_rows(1, kHead / 2), sin = random_rows(1, kHead / 2);
  const std::vector<std::int32_t> positions(static_cast<std::size_t>(n), 0);
  measure_bytes(state, 2 * n * kQ, [&] { backend().rotary(x.view(), kHead, positions, cos.view(), sin.view()); });
}
BENCHMARK(rotary)->UseRealTime();

void mlp(benchmark::State& state) {
  const std::int64_t n = n_rows();
  const auto gate = backend().pack(random_rows(kMlp, kModel).matrix()),
             in = backend().pack(random_rows(kMlp, kModel).matrix()),
             out = backend().pack(random_rows(kModel, kMlp).matrix());
  BenchRows x = random_rows(n, kModel), y(n, kModel);
  measure_flops(state, 6.0 * static_cast<double>(n * kModel * kMlp), [&] {
    backend().mlp({gate.get(), in.get(), out.get(), {}, {}, {}, Activation::silu}, x.view(), y.view());
  });
}
BENCHMARK(mlp)->UseRealTime();

void add(benchmark::State& state) {
  const std::int64_t n = n_rows();
  BenchRows x(n, kModel), y = random_rows(n, kModel);
  measure_bytes(state, 3 * n * kModel, [&] { backend().add(x.view(), y.view()); });
}
BENCHMARK(add)->UseRealTime();

void read_labels(benchmark::State& state) {
  constexpr std::int64_t kExamples = 200, kLabels = 4;
  BenchRows x = random_rows(kExamples, kQ), r = random_rows(kLabels, kQ);
  std::vector<std::int32_t> labels;
  std::vector<std::int64_t> first = {0};
  for (std::int32_t i = 0; i < kExamples * kLabels; ++i) labels.push_back(i % kLabels);
  for (std::int64_t e = 0; e < kExamples; ++e) first.push_back(first.back() + kLabels);
  std::vector<double> g(kExamples * kLabels * kHeads);
  measure_flops(state, 2.0 * kExamples * kLabels * kQ, [&] {
    backend().read_labels(x.view(), r.view(), kHeads, {labels, first}, g);
  });
}
BENCHMARK(read_labels)->UseRealTime();

}  // namespace
}  // namespace partwise::internal::bench

BENCHMARK_MAIN();
