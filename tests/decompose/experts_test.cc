// MLPs of mixtures of experts, split over their experts. Right values: golden_test.cc.
#include <gtest/gtest.h>

#include <algorithm>

#include "base/json.h"
#include "decompose/run_file.h"
#include "support/errors.h"
#include "support/gguf_writer.h"
#include "support/golden.h"
#include "support/paths.h"

namespace partwise::internal {
namespace {

const std::filesystem::path kGolden = test::source_dir() / "tests" / "golden";
const DecomposeOptions kSplit = {.experts = true};

/// The golden GGUF file of a name, with the experts' tensors cut into one for each expert, as the first converters did.
void write_split(const std::filesystem::path& from, const std::filesystem::path& to) {
  const auto whole = open_checkpoint(from);
  test::GgufWriter file;
  for (const auto& [key, value] : whole->config().items()) {
    if (value.is_string())
      file.add(key, value.get<std::string>());
    else if (value.is_number_float())
      file.add(key, value.get<float>());
    else if (value.is_number())
      file.add(key, value.get<std::uint32_t>());
  }
  for (const auto& [name, view] : whole->tensors()) {
    const std::int64_t n = view.shape.size() == 3 ? view.shape[0] : 1, size = element_count(view.shape) / n;
    const Shape shape(view.shape.begin() + (n > 1 ? 1 : 0), view.shape.end());
    for (std::int64_t e = 0; e < n; ++e) {
      std::vector<float> values(static_cast<std::size_t>(size));
      dequantize(view, e * size, values);
      std::string own = name;
      if (const auto at = own.find("_exps."); at != std::string::npos)
        own.replace(at, 6, "." + std::to_string(e) + ".");
      file.add_tensor(own, shape, values);
    }
  }
  file.write(to);
}

TEST(Experts, AGgufFileMayHaveATensorForEach) {
  const test::TempDir dir;
  const auto golden = test::source_dir() / "tests" / "golden";
  write_split(golden / "tiny-mixtral.gguf", dir / "split.gguf");
  const auto backend = make_cpu_backend(1);
  const auto prompts = test::read_golden(golden / "tiny-mixtral").prompts;
  test::expect_same_bits(decompose(Model::load(dir / "split.gguf"), *backend, prompts),
                         decompose(Model::load(golden / "tiny-mixtral.gguf"), *backend, prompts), "split");
}

/// The sum over experts of every MLP of a layer that has some, and the MLP; and that other layers hold zeros.
void expect_sums(const Contributions& parts, const ModelConfig& c) {
  for (std::int64_t i = 0; i < parts.n_examples(); ++i)
    for (std::int64_t l = 0; l < c.n_layers; ++l)
      for (std::int64_t y = 0; y < parts.n_labels(); ++y) {
        double sum = 0;
        std::int64_t n_not_zero = 0;
        for (std::int64_t e = 0; e < c.experts->n_experts; ++e) {
          sum += double{parts.experts(i, l, e, y)};
          n_not_zero += parts.experts(i, l, e, y) != 0;
        }
        EXPECT_NEAR(sum, c.has_experts(l) ? double{parts.mlps(i, l, y)} : 0.0, 2e-5);
        EXPECT_LE(n_not_zero, c.has_experts(l) ? c.n_layers * c.experts->n_used : 0);
      }
}

TEST(Experts, OfLabelsWithSeveralTokensSumToTheirMlps) {
  const Model model = Model::load(kGolden / "tiny-qwen3-moe-mixed");
  const std::vector<PromptIds> prompts = {
      {.ids = {5, 6, 7, 8}, .label_ids = {}, .sources = {}, .labels = {{10, 11, 12}, {10, 13}, {14}}},
      {.ids = {5, 6, 9}, .label_ids = {}, .sources = {}, .labels = {{10, 11, 12}, {10, 13}, {14}}}};
  const auto backend = make_cpu_backend(2);
  const Contributions parts = decompose(model, *backend, prompts, kSplit);
  expect_sums(parts, model.config());
  EXPECT_LT(std::ranges::max(parts.source_certificate.flat()), 1e-5);
}

TEST(Experts, AreInARunFile) {
  const Model model = Model::load(kGolden / "tiny-olmoe");
  const auto backend = make_cpu_backend(1);
  internal::Run run;
  run.parts = decompose(model, *backend, test::read_golden(kGolden / "tiny-olmoe").prompts, kSplit);
  run.labels.assign(static_cast<std::size_t>(run.parts.n_examples()), -1);
  const test::TempDir dir;
  OutputFile out(dir / "run.safetensors");
  write_run(out, run);
  out.commit();
  const internal::Run read = read_run(dir / "run.safetensors");
  test::expect_same_bits(run.parts, read.parts, "run file");
  EXPECT_TRUE(test::same_bits(run.parts.source_certificate, read.parts.source_certificate));
  const internal::Run some = select_rows(read, {3, 1});
  EXPECT_EQ(some.parts.experts(1, 1, 2, 0), run.parts.experts(1, 1, 2, 0));
}

TEST(Experts, OfAnMlpThatIsLeftOutAreRefused) {
  const Model model = Model::load(kGolden / "tiny-olmoe");
  const auto backend = make_cpu_backend(1);
  DecomposeOptions options = kSplit;
  options.ablated = zero_parts(model.config(), std::vector<Component>{parse_component("L1MLP")});
  const std::vector<PromptIds> prompts = {{.ids = {5, 6}, .label_ids = {10, 11}, .sources = {}}};
  const Error error = test::error_of([&] { decompose(model, *backend, prompts, options); });
  EXPECT_EQ(error.code(), ErrorCode::usage);
  EXPECT_STREQ(error.what(), "L1MLP is left out and cannot be split");
  options.ablated = zero_parts(model.config(), std::vector<Component>{parse_component("L1H1")});
  EXPECT_FALSE(decompose(model, *backend, prompts, options).experts.empty());
}

}  // namespace
}  // namespace partwise::internal
