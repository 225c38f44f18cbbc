// bench_experts MODEL [ROWS [PRECISION]]: the speed of one layer of experts over random rows, weights packed as in a
// pass, compared with oneDNN's speed for one expert's products in the same run. For MODEL -, a layer of the shape of
// Qwen3-30B-A3B's with 64 experts is made in the temporary folder (650 MB).

#include "pass/experts.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/json.h"
#include "base/random.h"
#include "best_product.h"
#include "measure.h"
#include "model/random_checkpoint.h"

namespace partwise::internal {
namespace {

constexpr int kRepeats = 5;

HostMatrix random_rows(std::int64_t n, std::int64_t width) {
  Random random(1);
  HostMatrix x(n, width);
  for (float& value : x.values) value = static_cast<float>(2 * random.uniform() - 1);
  return x;
}

/// A folder with one layer of 64 experts, made once.
std::filesystem::path own_model() {
  const auto folder = std::filesystem::temp_directory_path() / "partwise-bench-experts";
  if (std::filesystem::exists(folder / "config.json")) return folder;
  const auto shape = std::ranges::find(known_shapes(), "qwen3-30b-a3b", &KnownShape::name);
  Json config = Json::parse(shape->config);
  config.update({{"num_hidden_layers", 1}, {"num_experts", 64}, {"vocab_size", 1000}});
  std::filesystem::create_directories(folder);
  write_random_checkpoint(folder, config, DType::bf16, 0);
  return folder;
}

/// The last layer that has experts. Errors: usage if none has.
std::int64_t layer_with_experts(const ModelConfig& c) {
  for (std::int64_t l = c.n_layers - 1; l >= 0; --l)
    if (c.has_experts(l)) return l;
  throw Error(ErrorCode::usage, "the model has no experts");
}

double flops_of(const ModelConfig& c, std::int64_t n_rows) {
  const ExpertsConfig& e = *c.experts;
  const std::int64_t n_matrices = c.gated_mlp ? 3 : 2;
  return 2.0 * static_cast<double>(n_rows * c.d_model * (e.n_experts + e.n_used * n_matrices * e.d_mlp));
}

void run(const std::filesystem::path& path, std::int64_t n_rows, Precision precision) {
  const Model model = Model::load(path);
  const ModelConfig& c = model.config();
  const std::int64_t l = layer_with_experts(c);
  const auto backend = make_cpu_backend(0, precision);
  const Engine engine(model, *backend);
  const auto layer = engine.layer(l);
  const RotaryTables rotary(*backend, c, 1);
  const Block block(c, *backend, rotary, *layer);
  OwnedRows x = backend->allocate(n_rows, c.d_model), out = backend->allocate(n_rows, c.d_model);
  backend->upload(random_rows(n_rows, c.d_model), x.view());
  Experts experts(engine, n_rows);
  std::vector<double> times, peak;
  for (int i = 0; i < kRepeats; ++i) {
    peak.push_back(bench::best_product(backend->n_threads(), precision,
                                       {{c.d_model, 2 * c.experts->d_mlp}, {c.experts->d_mlp, c.d_model}}));
    const double start = bench::seconds();
    experts.run(block, x.view(), out.view());
    times.push_back(bench::seconds() - start);
  }
  const double rate = flops_of(c, n_rows) / bench::median(times), best = *std::ranges::max_element(peak);
  fmt::print("experts                     {:8} of {}\nrows                        {:8}\n", c.experts->n_used,
             c.experts->n_experts, n_rows);
  fmt::print("a layer                     {:8.2f} s  (median of {}, least {:.2f})\n", bench::median(times), kRepeats,
             *std::ranges::min_element(times));
  bench::print_share(rate, best, "oneDNN for an expert's");
}

}  // namespace
}  // namespace partwise::internal

namespace internal = partwise::internal;

int main(int argc, char** argv) {
  if (argc < 2 || argc > 4) {
    fmt::print(stderr, "usage: bench_experts MODEL [ROWS [bf16]]\n");
    return 2;
  }
  try {
    const bool bf16 = argc > 3 && argv[3] == internal::name(internal::Precision::bf16);
    const std::int64_t n_rows = argc > 2 ? std::max(1, std::atoi(argv[2])) : 10'000;
    const bool own = std::string_view(argv[1]) == "-";
    internal::run(own ? internal::own_model() : argv[1], n_rows,
                  bf16 ? internal::Precision::bf16 : internal::Precision::f32);
  } catch (const internal::Error& e) {
    fmt::print(stderr, "bench_experts: {}\n", e.what());
    return static_cast<int>(e.code());
  }
}
