// bench_fits [RUN.safetensors]...: the time to fit readers. They are fitted on random contributions of a 7B model with
// 24 labelled examples, as in the paper; on contributions with many rows or labels; and on the pool of each run file.
// The counter `updates` says how many steps a fit took.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <atomic>
#include <cmath>
#include <thread>
#include <vector>

#include "base/error.h"
#include "base/random.h"
#include "decompose/run_file.h"
#include "readers/reader.h"

namespace partwise::internal::bench {
namespace {

constexpr std::int64_t kExamples = 24;
constexpr double kSlowest = 0.02;  // contributions of this size make CompRW take most of its 2,000 steps

void fill(std::span<float> values, double size, Random& random) {
  for (float& x : values) x = static_cast<float>(size * (2 * random.uniform() - 1));
}

/// The shape of Llama-2-7B: 32 layers of 32 heads. Labels are independent of the contributions. Each example appears
/// twice, with different labels, so that no fit ends early because all answers are right.
Run random_run(std::uint64_t seed, double size, std::int64_t n_labels = 4) {
  constexpr std::int64_t kLayers = 32, kHeads = 32;
  Random random(seed);
  Run run;
  run.parts.heads = Array<float>({kExamples, kLayers, kHeads, n_labels});
  run.parts.mlps = Array<float>({kExamples, kLayers, n_labels});
  run.parts.logits = Array<float>({kExamples, n_labels});
  for (Array<float>* array : {&run.parts.heads, &run.parts.mlps, &run.parts.logits}) {
    const auto values = array->flat();
    fill(values.first(values.size() / 2), size, random);
    std::copy_n(values.begin(), values.size() / 2, values.begin() + values.size() / 2);
  }
  for (std::int64_t i = 0; i < kExamples; ++i)
    run.labels.push_back(static_cast<std::int32_t>((i + (i >= kExamples / 2)) % n_labels));
  return run;
}

/// The fit alone, without the rows that are left out to calibrate it.
FitReport fit(const char* kind, const Run& run) {
  return make_reader(kind)->fit(run.parts, run.labels, fit_rows(run), {}, Calibration::off);
}

void measure(benchmark::State& state, const char* kind, const Run& run) {
  FitReport report;
  for (auto _ : state) report = fit(kind, run);
  state.counters["examples"] = static_cast<double>(report.n_examples);
  state.counters["updates"] = static_cast<double>(report.updates);
}

void fit_7b(benchmark::State& state, const char* kind, double size) { measure(state, kind, random_run(1, size)); }
BENCHMARK_CAPTURE(fit_7b, comprw, "comprw", 0.5)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(fit_7b, comprw_long, "comprw", kSlowest)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(fit_7b, calib, "calib+", 0.5)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(fit_7b, reweight, "reweight", 0.5)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(fit_7b, best, "best", 0.5)->Unit(benchmark::kMillisecond);

/// A run with the numbers of rows, labels, layers and heads that `state` gives. Contributions are uniform with variance
/// 1; the first MLP adds 1 to the row's label.
Run many_run(const benchmark::State& state) {
  const std::int64_t n = state.range(0), n_labels = state.range(1), n_layers = state.range(2), n_heads = state.range(3);
  Random random(1);
  Run run;
  run.parts.heads = Array<float>({n, n_layers, n_heads, n_labels});
  run.parts.mlps = Array<float>({n, n_layers, n_labels});
  run.parts.logits = Array<float>({n, n_labels});
  for (Array<float>* array : {&run.parts.heads, &run.parts.mlps}) fill(array->flat(), std::sqrt(3.0), random);
  for (std::int64_t i = 0; i < n; ++i) {
    run.labels.push_back(static_cast<std::int32_t>(i % n_labels));
    run.parts.mlps(i, 0, run.labels.back()) += 1;
    for (std::int64_t c = 0; c < run.parts.n_components(); ++c)
      for (std::int64_t y = 0; y < n_labels; ++y) run.parts.logits(i, y) += component_logits(run.parts, i, c)[y];
  }
  return run;
}

void fit_many(benchmark::State& state, const char* kind) { measure(state, kind, many_run(state)); }
#define PARTWISE_MANY(name, kind)                       \
  BENCHMARK_CAPTURE(fit_many, name, kind)               \
      ->ArgNames({"rows", "labels", "layers", "heads"}) \
      ->Args({24, 4, 20, 14})                           \
      ->Args({60, 60, 4, 4})                            \
      ->Args({90, 90, 4, 4})                            \
      ->Args({1000, 4, 4, 4})                           \
      ->Args({2000, 2, 4, 4})                           \
      ->Args({300, 150, 20, 14})                        \
      ->Args({5000, 2, 20, 14})                         \
      ->Unit(benchmark::kMillisecond)
PARTWISE_MANY(reweight, "reweight");
PARTWISE_MANY(comprw, "comprw");

/// The fits of a study: CompRW and Calib+ on each run of eight tasks with fifteen runs, by two threads.
void study(benchmark::State& state) {
  std::vector<Run> runs;
  for (std::uint64_t seed = 0; seed < 120; ++seed) runs.push_back(random_run(seed, seed % 2 ? 0.5 : kSlowest));
  for (auto _ : state) {
    std::atomic<std::size_t> next = 0;
    const auto work = [&] {
      for (std::size_t i; (i = next++) < runs.size();) fit("comprw", runs[i]), fit("calib+", runs[i]);
    };
    std::thread other(work);
    work();
    other.join();
  }
}
BENCHMARK(study)->Unit(benchmark::kMillisecond)->UseRealTime()->Iterations(1);

void measure_file(const std::string& path) {
  for (const ReaderKind& kind : reader_kinds()) {
    benchmark::RegisterBenchmark(fmt::format("fit_run/{}", kind.name).c_str(), [run = read_run(path),
                                                                                name = std::string(kind.name)](
                                                                                   auto& state) {
      measure(state, name.c_str(), run);
    })->Unit(benchmark::kMillisecond);
  }
}

}  // namespace
}  // namespace partwise::internal::bench

namespace internal = partwise::internal;

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  try {
    for (int i = 1; i < argc; ++i) internal::bench::measure_file(argv[i]);
    benchmark::RunSpecifiedBenchmarks();
  } catch (const internal::Error& e) {
    fmt::print(stderr, "bench_fits: {}\n", e.what());
    return static_cast<int>(e.code());
  }
}
