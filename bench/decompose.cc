// bench_decompose MODEL [PROMPTS.jsonl [PRECISION]]: the speed of a whole decomposition of real prompts. It is compared
// with oneDNN's speed for the model's products in the same run, and with a pass that does not read the parts.

#include "decompose/decompose.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "base/error.h"
#include "base/json.h"
#include "best_product.h"
#include "measure.h"
#include "prompts/prompts.h"
#include "tokenizer/tokenizer.h"

namespace partwise::internal {
namespace {

/// A prompt file, or 200 rows of the built-in news with four demonstrations.
PromptSet read_prompts(const char* file) {
  if (file) return read_prompt_file(file);
  const auto news = std::ranges::find(builtin_data(), "news", &BuiltinData::name);
  PromptOptions options;
  options.limit = 200;
  return build_prompts(load_task("news"), parse_jsonl(news->train, "news train"), parse_jsonl(news->test, "news test"),
                       options);
}

std::vector<PromptIds> load_prompts(const char* file, const std::string& model_path, const ModelConfig& config) {
  PromptSet set = read_prompts(file);
  tokenize_prompts(set, load_tokenizer(model_path).get(), config.n_ctx, config.d_vocab);
  std::vector<PromptIds> prompts;
  for (const Prompt& prompt : set.prompts) prompts.push_back({prompt.ids, prompt.label_ids});
  return prompts;
}

constexpr int kRepeats = 5;

/// The products of one layer.
std::vector<bench::ProductShape> products_of(const ModelConfig& c) {
  const std::int64_t z = c.n_heads * c.d_head;
  return {{c.d_model, z + 2 * c.n_kv_heads * c.d_head},
          {z, c.d_model},
          {c.d_model, (c.gated_mlp ? 2 : 1) * c.d_mlp},
          {c.d_mlp, c.d_model}};
}

void run(const std::string& model_path, const char* prompt_file, Precision precision) {
  const double start = bench::seconds();
  const Model model = Model::load(model_path);
  const auto prompts = load_prompts(prompt_file, model_path, model.config());
  const auto backend = make_cpu_backend(0, precision);
  fmt::print("start-up (open, tokenize)   {:8.2f} s\n", bench::seconds() - start);
  DecomposeOptions on, off;
  off.read_parts = false;
  DecomposeStats stats;
  std::vector<double> with, without, peak;
  for (int i = 0; i < kRepeats; ++i) {
    peak.push_back(bench::best_product(backend->n_threads(), precision, products_of(model.config())));
    decompose(model, *backend, prompts, on, &stats);
    with.push_back(stats.seconds);
    decompose(model, *backend, prompts, off, &stats);
    without.push_back(stats.seconds);
  }
  const double seconds = bench::median(with), rate = stats.flops / seconds, best = *std::ranges::max_element(peak);
  fmt::print("examples                    {:8}\ncomputed tokens             {:8}\n", prompts.size(),
             stats.n_computed_tokens);
  fmt::print("decompose                   {:8.2f} s  (median of {}, least {:.2f})\n", seconds, kRepeats,
             *std::ranges::min_element(with));
  fmt::print("without reading the parts   {:8.2f} s  (least {:.2f})\n", bench::median(without),
             *std::ranges::min_element(without));
  fmt::print("reading the parts           {:8.2f} % of the pass\n", 100 * (seconds / bench::median(without) - 1));
  fmt::print("computed tokens/s           {:8.0f}\nFLOP a token                {:8.3f} G\n",
             static_cast<double>(stats.n_computed_tokens) / seconds,
             stats.flops / static_cast<double>(stats.n_computed_tokens) / 1e9);
  bench::print_share(rate, best, "oneDNN for its products");
}

}  // namespace
}  // namespace partwise::internal

namespace internal = partwise::internal;

int main(int argc, char** argv) {
  if (argc < 2 || argc > 4) {
    fmt::print(stderr, "usage: bench_decompose MODEL [PROMPTS.jsonl [bf16]]\n");
    return 2;
  }
  try {
    const bool bf16 = argc > 3 && argv[3] == internal::name(internal::Precision::bf16);
    internal::run(argv[1], argc > 2 ? argv[2] : nullptr, bf16 ? internal::Precision::bf16 : internal::Precision::f32);
  } catch (const internal::Error& e) {
    fmt::print(stderr, "bench_decompose: {}\n", e.what());
    return static_cast<int>(e.code());
  }
}
