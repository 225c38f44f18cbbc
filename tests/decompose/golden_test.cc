// For every golden model: the parts are exact, the certificate holds, and the bits of results depend on the prompt
// only.
#include "support/golden.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "base/file.h"
#include "base/json.h"
#include "decompose/decompose.h"
#include "decompose/memory.h"
#include "formats/safetensors.h"
#include "pass/pass.h"
#include "support/paths.h"

namespace partwise::internal {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> all_folders() {
  auto folders = test::tiny_models();
  if (auto shared = test::shared_dir())
    for (const fs::path& folder : test::known_golden_folders(*shared / "fixtures")) folders.push_back(folder);
  return folders;
}

/// All that the model can be split into.
DecomposeOptions split(const Model& model) { return {.experts = model.config().experts.has_value()}; }

/// Expects row `from` of b to be the same as row `to` of a.
void expect_same_row(const Contributions& a, std::int64_t to, const Contributions& b, std::int64_t from) {
  const std::int64_t n_labels = a.n_labels(), n_heads_row = a.n_layers() * a.n_heads() * n_labels;
  EXPECT_TRUE(std::equal(&a.heads(to, 0, 0, 0), &a.heads(to, 0, 0, 0) + n_heads_row, &b.heads(from, 0, 0, 0))) << to;
  EXPECT_TRUE(std::equal(&a.mlps(to, 0, 0), &a.mlps(to, 0, 0) + a.n_layers() * n_labels, &b.mlps(from, 0, 0))) << to;
  if (!a.experts.empty() && !b.experts.empty()) {
    const std::int64_t n_experts_row = a.n_layers() * a.experts.dim(2) * n_labels;
    EXPECT_TRUE(std::equal(&a.experts(to, 0, 0, 0), &a.experts(to, 0, 0, 0) + n_experts_row, &b.experts(from, 0, 0, 0)))
        << to;
  }
  EXPECT_TRUE(std::equal(&a.logits(to, 0), &a.logits(to, 0) + n_labels, &b.logits(from, 0))) << to;
}

class GoldenModel : public testing::TestWithParam<fs::path> {
 protected:
  GoldenModel() : model(Model::load(GetParam())), golden(test::read_golden(GetParam())) {}

  void expect_golden(const Backend& backend, double tolerance) const {
    const Contributions g = decompose(model, backend, golden.prompts, split(model));
    EXPECT_LT(test::relative_miss(g.heads.flat(), golden.heads.flat()), tolerance);
    EXPECT_LT(test::relative_miss(g.mlps.flat(), golden.mlps.flat()), tolerance);
    EXPECT_LT(test::relative_miss(g.embed.flat(), golden.embed.flat()), tolerance);
    ASSERT_EQ(g.pos_embed.empty(), golden.pos_embed.empty());
    if (!g.pos_embed.empty()) {
      EXPECT_LT(test::relative_miss(g.pos_embed.flat(), golden.pos_embed.flat()), tolerance);
    }
    ASSERT_EQ(g.experts.empty(), golden.experts.empty());
    if (!g.experts.empty()) {
      EXPECT_EQ(g.experts.shape(), golden.experts.shape());
      const double in_mlps = test::deviation(golden.experts.flat()) / test::deviation(golden.mlps.flat());
      EXPECT_LT(in_mlps * test::relative_miss(g.experts.flat(), golden.experts.flat()), tolerance);
      EXPECT_LT(*std::ranges::max_element(g.source_certificate.flat()), 1e-5);
    }
    EXPECT_LT(test::relative_miss(g.bias.flat(), golden.bias.flat()), tolerance);
    EXPECT_LT(test::relative_miss(g.logits.flat(), golden.logits.flat()), tolerance);
    EXPECT_LT(*std::ranges::max_element(g.certificate.flat()), 1e-5);
  }

  Model model;
  test::Golden golden;
};

TEST_P(GoldenModel, ReferenceBackendGivesEveryPart) { expect_golden(*make_reference_backend(), 1e-5); }

TEST_P(GoldenModel, CpuBackendGivesEveryPart) { expect_golden(*make_cpu_backend(2), 3e-5); }

// The bounds 0.3 and 0.5 are not derived: how far rounded operands move a part grows with depth and with how peaked
// attention is, and these tiny random models are loud (logits are off by 0.01 to 0.1 deviations, heads by 0.02 to 0.2).
// The bounds guard against results that are not the model's: operands in a wrong order, a head in another's place or a
// product left out change some part by more than a deviation. They do not guard against a loss of precision: with two
// bits fewer than bfloat16 has, most of these models would pass. The derived bounds of single operations are in
// tests/ops, and docs/performance.md has what bfloat16 costs real models. What is exact here is the sum: the parts sum
// to the logits of the model that was run as closely as in float32.
TEST_P(GoldenModel, Bfloat16IsNearAndItsPartsSum) {
  const auto fast = make_cpu_backend(2, Precision::bf16), oracle = make_reference_backend(Precision::bf16);
  const Contributions g = decompose(model, *fast, golden.prompts), plain = decompose(model, *oracle, golden.prompts);
  EXPECT_LT(test::relative_miss(g.logits.flat(), golden.logits.flat()), 0.3);
  EXPECT_LT(test::relative_miss(g.heads.flat(), golden.heads.flat()), 0.5);
  EXPECT_LT(test::relative_miss(plain.heads.flat(), golden.heads.flat()), 0.5);
  EXPECT_GT(test::relative_miss(g.heads.flat(), golden.heads.flat()), 1e-4) << "nothing was rounded";
  for (const Contributions* each : {&g, &plain}) EXPECT_LT(*std::ranges::max_element(each->certificate.flat()), 1e-5);
}

TEST_P(GoldenModel, OlderKeysGiveTheSameBits) {
  test::TempDir dir;
  test::link_model(GetParam(), read_text_file(GetParam() / "config.old.json"), dir / "old");
  const auto backend = make_cpu_backend(2);
  test::expect_same_bits(decompose(model, *backend, golden.prompts, split(model)),
                         decompose(Model::load(dir / "old"), *backend, golden.prompts, split(model)),
                         "config.old.json");
}

TEST_P(GoldenModel, LogitsAloneAreTheSameLogits) {
  const auto backend = make_cpu_backend(2);
  DecomposeOptions off;
  off.read_parts = false;
  EXPECT_TRUE(test::same_bits(decompose(model, *backend, golden.prompts, off).logits,
                              decompose(model, *backend, golden.prompts).logits));
}

std::string name_of_folder(const fs::path& folder) {
  std::string name = folder.parent_path().filename().string() + "_" + folder.filename().string();
  std::ranges::replace_if(
      name, [](unsigned char c) { return !std::isalnum(c); }, '_');
  return name;
}

TEST(SharedGoldens, AreUsedWhereTheirArchitectureIsKnown) {
  const auto shared = test::shared_dir();
  if (!shared) GTEST_SKIP() << "shared fixtures are not here";
  EXPECT_GE(test::known_golden_folders(*shared / "fixtures").size(), 11u);
}

INSTANTIATE_TEST_SUITE_P(All, GoldenModel, testing::ValuesIn(all_folders()),
                         [](const auto& folder) { return name_of_folder(folder.param); });

class GoldenModelBits : public testing::TestWithParam<std::tuple<fs::path, Precision>> {
 protected:
  Model model = Model::load(std::get<0>(GetParam()));
  test::Golden golden = test::read_golden(std::get<0>(GetParam()));
  Precision precision = std::get<1>(GetParam());
};

TEST_P(GoldenModelBits, DoNotDependOnThreadsOrderOrCompany) {
  const auto one = make_cpu_backend(1, precision), two = make_cpu_backend(2, precision);
  const DecomposeOptions how = split(model);
  const Contributions all = decompose(model, *two, golden.prompts, how);
  test::expect_same_bits(all, decompose(model, *two, golden.prompts, how), "a second run");
  test::expect_same_bits(all, decompose(model, *one, golden.prompts, how), "one thread");

  auto reversed = golden.prompts;
  std::ranges::reverse(reversed);
  const Contributions backwards = decompose(model, *two, reversed, how);
  const std::int64_t n = std::ssize(golden.prompts);
  for (std::int64_t i = 0; i < n; ++i) expect_same_row(all, i, backwards, n - 1 - i);
  for (std::int64_t i = 0; i < n; ++i)
    expect_same_row(all, i, decompose(model, *two, std::span(golden.prompts).subspan(i, 1), how), 0);
}

TEST_P(GoldenModelBits, AreTheSameInLittleMemoryWithMoreGroups) {
  const auto backend = make_cpu_backend(2, precision);
  DecomposeOptions little = split(model);
  little.memory_bytes = memory_need(Engine(model, *backend), golden.prompts, little).least();
  DecomposeStats stats;
  const Contributions g = decompose(model, *backend, golden.prompts, little, &stats);
  EXPECT_GT(stats.n_groups, 1);
  test::expect_same_bits(decompose(model, *backend, golden.prompts, split(model)), g, "groups");
}

TEST_P(GoldenModelBits, AreTheSameWhateverIsKnown) {
  const auto backend = make_cpu_backend(2, precision);
  DecomposeStats plain;
  const Contributions all = decompose(model, *backend, golden.prompts, {}, &plain);
  const std::int64_t row_bytes = model.config().n_layers * 2 * model.config().n_kv_heads * model.config().d_head * 4;
  for (const std::int64_t n_rows : {std::int64_t{1'000'000}, std::ssize(golden.prompts[0].ids) + 3}) {  // with drops
    const Engine engine(model, *backend, Residency::resident, n_rows * row_bytes);
    for (int round = 0; round < 2; ++round)
      for (std::int64_t i = 0; i < std::ssize(golden.prompts); ++i)
        expect_same_row(all, i, decompose(engine, std::span(golden.prompts).subspan(i, 1)), 0);
    DecomposeStats stats;
    test::expect_same_bits(all, decompose(engine, golden.prompts, {}, &stats), "on what was known");
    EXPECT_LT(stats.n_computed_tokens, plain.n_computed_tokens);
    EXPECT_LE(engine.known_rows().bytes(), n_rows * row_bytes);
  }
}

INSTANTIATE_TEST_SUITE_P(All, GoldenModelBits,
                         testing::Combine(testing::ValuesIn(all_folders()),
                                          testing::Values(Precision::f32, Precision::bf16)),
                         [](const auto& param) {
                           return name_of_folder(std::get<0>(param.param)) + "_" +
                                  std::string(name(std::get<1>(param.param)));
                         });

const fs::path kGoldenRoot = test::source_dir() / "tests" / "golden";

/// The folder with the same weights: NAME for NAME.gguf and for NAME.TYPE.gguf.
fs::path folder_of(const fs::path& gguf) {
  const std::string name = gguf.filename().string();
  return gguf.parent_path() / name.substr(0, name.find('.'));
}

class GoldenGguf : public testing::TestWithParam<fs::path> {};

TEST_P(GoldenGguf, HoldsTheModelOfItsFolder) {
  const auto golden = test::read_golden(folder_of(GetParam()));
  const auto backend = make_cpu_backend(2);
  const Contributions g = decompose(Model::load(GetParam()), *backend, golden.prompts);
  EXPECT_LT(test::relative_miss(g.heads.flat(), golden.heads.flat()), 3e-5);
  EXPECT_LT(test::relative_miss(g.mlps.flat(), golden.mlps.flat()), 3e-5);
  EXPECT_LT(test::relative_miss(g.embed.flat(), golden.embed.flat()), 3e-5);
  EXPECT_LT(test::relative_miss(g.bias.flat(), golden.bias.flat()), 3e-5);
  EXPECT_LT(test::relative_miss(g.logits.flat(), golden.logits.flat()), 3e-5);
  // Llama 3's rope scaling is a tensor of float32 divisors in GGUF, so the last bits may differ there.
  if (Model::load(GetParam()).config().rope.divisors.empty())
    test::expect_same_bits(decompose(Model::load(folder_of(GetParam())), *backend, golden.prompts), g, "gguf");
}

INSTANTIATE_TEST_SUITE_P(All, GoldenGguf, testing::ValuesIn(test::tiny_gguf_files()), [](const auto& file) {
  std::string name = file.param.stem().string();
  std::ranges::replace_if(
      name, [](unsigned char c) { return !std::isalnum(c); }, '_');
  return name;
});

TEST(RandomInit, IsExactAndTheSameFromEitherFile) {
  for (const char* name : {"tiny-llama", "tiny-gemma3-usual", "tiny-pythia", "tiny-qwen3", "tiny-stablelm-parallel"}) {
    const auto golden = test::read_golden(kGoldenRoot / name);
    const auto backend = make_cpu_backend(2);
    const ModelOptions options{.random_init = 3};
    const auto folder = decompose(Model::load(kGoldenRoot / name, options), *backend, golden.prompts);
    const fs::path gguf = kGoldenRoot / (std::string(name) + ".gguf");
    test::expect_same_bits(folder, decompose(Model::load(gguf, options), *backend, golden.prompts), name);
    EXPECT_LT(*std::ranges::max_element(folder.certificate.flat()), 1e-5) << name;
    EXPECT_GT(test::relative_miss(folder.heads.flat(), golden.heads.flat()), 0.1) << name << ": as it was trained";
  }
}

/// The fixture's cases with this number of labels, by name.
std::map<std::string, PromptIds> real_cases(const fs::path& folder, std::size_t n_labels) {
  std::map<std::string, PromptIds> cases;
  for (const auto& c : read_json_file(folder / "cases.json"))
    if (c.at("label_ids").size() == n_labels) cases[c.at("name")] = {c.at("ids"), c.at("label_ids")};
  return cases;
}

std::vector<float> values_of(const SafetensorsFile& file, const std::string& name) {
  const TensorView& view = file.tensors().at(name);
  std::vector<float> values(static_cast<std::size_t>(element_count(view.shape)));
  dequantize(view, 0, values);
  return values;
}

/// Expects row i of an array to be within 2e-4 standard deviations of tensor `name` of the file.
void expect_row(const Array<float>& ours, std::int64_t i, const SafetensorsFile& file, const std::string& name) {
  const std::vector<float> values = values_of(file, name);
  const auto row = ours.flat().subspan(static_cast<std::size_t>(i) * values.size(), values.size());
  EXPECT_LT(test::relative_miss(row, std::vector<double>(values.begin(), values.end())), 2e-4) << name;
}

/// Checks every case of a real model's fixture.
void expect_real(const fs::path& fixture, const fs::path& path) {
  const Model model = Model::load(path);
  const auto backend = make_cpu_backend();
  const SafetensorsFile file(fixture / "golden.safetensors");
  for (std::size_t n_labels : {2, 3, 4}) {
    const auto cases = real_cases(fixture, n_labels);
    if (cases.empty()) continue;
    std::vector<PromptIds> prompts;
    for (const auto& [name, prompt] : cases) prompts.push_back(prompt);
    const Contributions g = decompose(model, *backend, prompts);
    std::int64_t i = 0;
    std::vector<double> logits;  // [case, label]: the labels of one case may differ by less than float32 can tell apart
    for (const auto& [name, prompt] : cases) {
      std::ranges::copy(values_of(file, name + ".logits"), std::back_inserter(logits));
      expect_row(g.heads, i, file, name + ".heads");
      expect_row(g.mlps, i, file, name + ".mlps");
      expect_row(g.embed, i, file, name + ".embed");
      EXPECT_LT(g.certificate(i++), 1e-4) << name;
    }
    EXPECT_LT(test::relative_miss(g.logits.flat(), logits), 2e-4);
  }
}

TEST(GoldenReal, SmolLM2GivesEveryPart) {
  const auto shared = test::shared_dir();
  const auto path = test::demo_model();
  if (!shared) GTEST_SKIP() << "shared fixtures are not here";
  if (!path) GTEST_SKIP() << "the demo model is not here (make demo fetches it)";
  expect_real(*shared / "fixtures/real/smol", *path);
}

// One of its prompts is longer than the window of its local layers.
TEST(GoldenReal, Gemma3GivesEveryPart) {
  const auto shared = test::shared_dir();
  const auto path = test::gemma_model();
  if (!shared) GTEST_SKIP() << "shared fixtures are not here";
  if (!path) GTEST_SKIP() << "Gemma-3-270M is not here (make test fetches it where the fixtures are)";
  expect_real(*shared / "fixtures/real/gemma", *path);
}

}  // namespace
}  // namespace partwise::internal
