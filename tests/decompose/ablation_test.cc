// Leaving a part out is the same as setting its weights to zero. Putting a value in its place is the same as zero
// weights and a bias of what the value adds.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <functional>

#include "base/file.h"
#include "decompose/decompose.h"
#include "decompose/memory.h"
#include "formats/safetensors.h"
#include "ops/host_rows.h"
#include "pass/pass.h"
#include "support/errors.h"
#include "support/golden.h"
#include "support/paths.h"

namespace partwise::internal {
namespace {

namespace fs = std::filesystem;

/// A copy of a golden model whose tensors can be changed.
class Patched {
 public:
  explicit Patched(const fs::path& folder) {
    fs::copy(folder, dir_.path(), fs::copy_options::recursive | fs::copy_options::overwrite_existing);
  }

  Model model() const { return Model::load(dir_.path()); }

  /// Sets columns [first, first + n) of a matrix, or elements [first, first + n) of a vector, to zero. Any type.
  void zero(const std::string& name, std::int64_t first, std::int64_t n) {
    change(name, [=](const TensorView& tensor, std::string& bytes) {
      const std::int64_t n_columns = tensor.shape.back();
      const std::size_t size = bytes.size() / static_cast<std::size_t>(element_count(tensor.shape));
      for (std::int64_t row = 0; row < element_count(tensor.shape) / n_columns; ++row)
        std::fill_n(bytes.begin() + (row * n_columns + first) * static_cast<std::ptrdiff_t>(size),
                    static_cast<std::size_t>(n) * size, '\0');
    });
  }

  void add(const std::string& name, const std::vector<double>& values) {
    change(name, [&](const TensorView& tensor, std::string& bytes) {
      ASSERT_EQ(tensor.dtype, DType::f32);
      ASSERT_EQ(element_count(tensor.shape), std::ssize(values));
      for (std::size_t i = 0; i < values.size(); ++i) {
        float value;
        std::memcpy(&value, bytes.data() + 4 * i, 4);
        value = static_cast<float>(double{value} + values[i]);
        std::memcpy(bytes.data() + 4 * i, &value, 4);
      }
    });
  }

 private:
  using Change = std::function<void(const TensorView&, std::string& bytes)>;

  void change(const std::string& name, const Change& make_change) {
    for (const auto& entry : fs::directory_iterator(dir_.path())) {
      const bool has_weights = entry.path().filename().string().starts_with("model");
      if (!has_weights || entry.path().extension() != ".safetensors") continue;
      const SafetensorsFile file(entry.path());
      if (file.tensors().contains(name)) return change(file, name, make_change);
    }
    FAIL() << "no tensor " << name;
  }

  /// The file stays unchanged, since it is still being read, until commit() replaces it.
  static void change(const SafetensorsFile& file, const std::string& name, const Change& make_change) {
    const TensorView& tensor = file.tensors().at(name);
    std::string bytes(reinterpret_cast<const char*>(tensor.bytes.data()), tensor.bytes.size());
    make_change(tensor, bytes);
    std::vector<std::pair<std::string, TensorView>> all(file.tensors().begin(), file.tensors().end());
    for (auto& [each, view] : all)
      if (each == name) view.bytes = std::as_bytes(std::span(bytes));
    OutputFile out(file.path());
    write_safetensors(out, all, file.metadata());
    out.commit();
  }

  test::TempDir dir_;
};

fs::path golden_folder(const std::string& name) { return test::source_dir() / "tests" / "golden" / name; }

/// Names of the last tensors of layer 1's two blocks.
struct Names {
  std::string o, mlp_out;  // without ".weight" or ".bias"
  bool mlp_bias;
};

Names names_in(const std::string& model) {
  if (model == "tiny-pythia" || model == "tiny-neox")
    return {"gpt_neox.layers.1.attention.dense", "gpt_neox.layers.1.mlp.dense_4h_to_h", true};
  return {"model.layers.1.self_attn.o_proj", "model.layers.1.mlp.down_proj", model == "tiny-llama-biases"};
}

void expect_same_logits(const Contributions& a, const Contributions& b) {
  EXPECT_TRUE(std::equal(a.logits.flat().begin(), a.logits.flat().end(), b.logits.data()));
}

/// Models with sequential and parallel blocks, grouped queries, biases, and norms behind blocks.
class ZeroInPlace : public testing::TestWithParam<std::tuple<const char*, Precision>> {
 protected:
  Contributions run(const Model& m, const std::vector<Component>& without = {}) const {
    return decompose(m, *make_cpu_backend(2, std::get<1>(GetParam())), golden.prompts,
                     {.ablated = zero_parts(m.config(), without)});
  }

  std::string name = std::get<0>(GetParam());
  fs::path folder = golden_folder(name);
  Model model = Model::load(folder);
  test::Golden golden = test::read_golden(folder);
};

TEST_P(ZeroInPlace, OfAHeadIsZeroInItsOutputProjection) {
  const std::int64_t d_head = model.config().d_head;
  Patched zeroed(folder);
  zeroed.zero(names_in(name).o + ".weight", d_head, d_head);
  const Contributions ablated = run(model, {{1, 1}});
  expect_same_logits(ablated, run(zeroed.model()));
  for (std::int64_t i = 0; i < ablated.n_examples(); ++i)
    for (std::int64_t y = 0; y < ablated.n_labels(); ++y) EXPECT_EQ(ablated.heads(i, 1, 1, y), 0);
  EXPECT_NE(ablated.logits.data()[0], run(model).logits.data()[0]);
}

TEST_P(ZeroInPlace, OfAnMlpIsZeroInItsOutputAndBias) {
  Patched zeroed(folder);
  zeroed.zero(names_in(name).mlp_out + ".weight", 0, model.config().d_mlp);
  if (names_in(name).mlp_bias) zeroed.zero(names_in(name).mlp_out + ".bias", 0, model.config().d_model);
  const Contributions ablated = run(model, {{1, -1}});
  expect_same_logits(ablated, run(zeroed.model()));
  for (std::int64_t i = 0; i < ablated.n_examples(); ++i)
    for (std::int64_t y = 0; y < ablated.n_labels(); ++y) EXPECT_EQ(ablated.mlps(i, 1, y), 0);
}

TEST_P(ZeroInPlace, PartsStillSum) {
  const Contributions ablated = run(model, {{0, 0}, {1, 1}, {1, -1}});
  EXPECT_LT(*std::ranges::max_element(ablated.certificate.flat()), 1e-5);
}

INSTANTIATE_TEST_SUITE_P(Models, ZeroInPlace,
                         testing::Combine(testing::Values("tiny-llama", "tiny-llama-biases", "tiny-pythia", "tiny-neox",
                                                          "tiny-gemma3", "tiny-olmo2"),
                                          testing::Values(Precision::f32, Precision::bf16)),
                         [](const auto& param) {
                           std::string name = std::get<0>(param.param);
                           std::ranges::replace(name, '-', '_');
                           return name + "_" + std::string(internal::name(std::get<1>(param.param)));
                         });

/// Collects the outputs of every layer at the last position of each prompt.
class Outputs : public PassObserver {
 public:
  void on_embed(ConstRows) override {}
  void on_final_residual(ConstRows) override {}
  void on_layer(const LayerAtPoints& layer) override {
    z.push_back(rows_of(on_host(layer.z)));
    mlp_out.push_back(rows_of(on_host(layer.mlp_out)));
  }

  using Values = std::vector<std::vector<float>>;  // [n_prompts, ...]
  std::vector<Values> z, mlp_out;                  // per layer

 private:
  static Values rows_of(ConstMatrix m) {
    Values rows;
    for (std::int64_t row = 0; row < m.rows; ++row) rows.emplace_back(m.row(row), m.row(row) + m.cols);
    return rows;
  }
};

/// The mean over rows of columns [first, first + n).
std::vector<double> mean_of(const Outputs::Values& rows, std::int64_t first, std::int64_t n) {
  std::vector<double> mean(static_cast<std::size_t>(n));
  for (const auto& row : rows)
    for (std::int64_t j = 0; j < n; ++j) mean[j] += double{row[first + j]} / static_cast<double>(rows.size());
  return mean;
}

/// The outputs at the last positions of these prompts, from a pass over them.
Outputs outputs_of(const Model& model, const std::vector<PromptIds>& prompts) {
  std::vector<std::span<const std::int32_t>> ids;
  for (const PromptIds& prompt : prompts) ids.emplace_back(prompt.ids);
  Outputs outputs;
  run_pass(Engine(model, *make_reference_backend()), {build_prefix_tree(ids), {}}, outputs);
  return outputs;
}

/// One prompt for every position of every prompt, which ends there.
std::vector<PromptIds> all_positions(const std::vector<PromptIds>& prompts) {
  std::vector<PromptIds> positions;
  for (const PromptIds& prompt : prompts)
    for (std::size_t n = 1; n <= prompt.ids.size(); ++n)
      positions.push_back(
          {{prompt.ids.begin(), prompt.ids.begin() + static_cast<std::ptrdiff_t>(n)}, prompt.label_ids});
  return positions;
}

/// tiny-neox has float32 weights, biases, two layers and two heads.
class MeanInPlace : public testing::Test {
 protected:
  std::vector<AblatedPart> means(const std::vector<Component>& parts, const DecomposeOptions& options = {},
                                 int threads = 2, Precision precision = Precision::f32) const {
    return mean_parts(Engine(model, *make_cpu_backend(threads, precision)), golden.prompts, parts, options);
  }
  Contributions run(const Model& m, const std::vector<AblatedPart>& ablated = {}) const {
    return decompose(m, *make_cpu_backend(2), golden.prompts, {.ablated = ablated});
  }
  static void expect_near(const std::vector<float>& values, const std::vector<double>& expected) {
    EXPECT_LT(test::relative_miss(values, expected), 1e-5);
  }
  void expect_logits(const Contributions& a, const Contributions& b) const {
    EXPECT_LT(test::relative_miss(a.logits.flat(), std::vector<double>(b.logits.flat().begin(), b.logits.flat().end())),
              1e-5);
    EXPECT_GT(test::relative_miss(a.logits.flat(), golden.logits.flat()), 1e-3) << "nothing was left out";
  }

  fs::path folder = golden_folder("tiny-neox");
  Model model = Model::load(folder);
  test::Golden golden = test::read_golden(folder);
  std::int64_t d_head = model.config().d_head, d_model = model.config().d_model;
};

TEST_F(MeanInPlace, IsOverEveryPositionOfEveryPrompt) {
  const Outputs outputs = outputs_of(model, all_positions(golden.prompts));
  const auto found = means({{0, 1}, {0, -1}});
  expect_near(found[0].value, mean_of(outputs.z[0], d_head, d_head));
  expect_near(found[1].value, mean_of(outputs.mlp_out[0], 0, d_model));
}

TEST_F(MeanInPlace, IsOverLastPositionsInTheLastLayer) {
  const Outputs outputs = outputs_of(model, golden.prompts);
  const auto found = means({{1, 0}, {1, -1}});
  expect_near(found[0].value, mean_of(outputs.z[1], 0, d_head));
  expect_near(found[1].value, mean_of(outputs.mlp_out[1], 0, d_model));
}

TEST_F(MeanInPlace, OfAHeadIsABiasOfTheOutputProjection) {
  const std::vector<double> mean = mean_of(outputs_of(model, golden.prompts).z[1], d_head, d_head);
  const LayerWeights weights = model.layer(1);
  std::vector<double> added;  // W_O,h mean
  std::vector<float> row(static_cast<std::size_t>(weights.o.cols));
  for (std::int64_t i = 0; i < d_model; ++i) {
    weights.o.read(i, {row.data(), 1, weights.o.cols, weights.o.cols});
    double sum = 0;
    for (std::int64_t j = 0; j < d_head; ++j) sum += mean[j] * double{row[d_head + j]};
    added.push_back(sum);
  }
  Patched patched(folder);
  patched.zero(names_in("tiny-neox").o + ".weight", d_head, d_head);
  patched.add(names_in("tiny-neox").o + ".bias", added);
  expect_logits(run(model, means({{1, 1}})), run(patched.model()));
}

TEST_F(MeanInPlace, OfAnMlpIsItsBias) {
  Patched patched(folder);
  patched.zero(names_in("tiny-neox").mlp_out + ".weight", 0, model.config().d_mlp);
  patched.zero(names_in("tiny-neox").mlp_out + ".bias", 0, d_model);
  patched.add(names_in("tiny-neox").mlp_out + ".bias",
              mean_of(outputs_of(model, golden.prompts).mlp_out[1], 0, d_model));
  expect_logits(run(model, means({{1, -1}})), run(patched.model()));
}

TEST_F(MeanInPlace, HasTheSameBitsOnAnyThreadsInAnyGroupsAndOrder) {
  const std::vector<Component> parts = {{0, 1}, {0, -1}, {1, 0}, {1, -1}};
  for (Precision precision : {Precision::f32, Precision::bf16}) {
    const auto found = means(parts, {}, 2, precision);
    DecomposeOptions little;
    little.memory_bytes = memory_need(Engine(model, *make_cpu_backend(2, precision)), golden.prompts, little).least();
    ASSERT_GT(plan_decompose(Engine(model, *make_cpu_backend(2, precision)), golden.prompts, little).n_groups, 1);
    const auto one_thread = means(parts, {}, 1, precision), in_groups = means(parts, little, 2, precision);
    std::ranges::reverse(golden.prompts);
    const auto backwards = means(parts, {}, 2, precision);
    for (std::size_t i = 0; i < parts.size(); ++i) {
      EXPECT_EQ(found[i].value, one_thread[i].value);
      EXPECT_EQ(found[i].value, in_groups[i].value);
      EXPECT_EQ(found[i].value, backwards[i].value);
    }
  }
}

TEST_F(MeanInPlace, IsTheSameForOnePartAsForMany) {
  EXPECT_EQ(means({{0, 1}})[0].value, means({{0, 0}, {0, -1}, {0, 1}})[2].value);
}

// With one prompt of one token, the mean over its positions is the part's own output, so nothing changes.
TEST_F(MeanInPlace, OfASinglePositionChangesNothing) {
  const std::vector<PromptIds> one = {{{golden.prompts[0].ids[0]}, golden.prompts[0].label_ids}};
  const auto backend = make_cpu_backend(2);
  const std::vector<Component> parts = {{0, 1}, {1, -1}};
  const Contributions full = decompose(model, *backend, one, {});
  expect_same_logits(full,
                     decompose(model, *backend, one, {.ablated = mean_parts(Engine(model, *backend), one, parts)}));
}

TEST_F(MeanInPlace, PartsStillSum) {
  const Contributions ablated = run(model, means({{0, 1}, {1, -1}}));
  EXPECT_LT(*std::ranges::max_element(ablated.certificate.flat()), 1e-5);
}

TEST_F(MeanInPlace, ProgressEndsWhereItSaid) {
  Progress last{};
  DecomposeOptions options;
  options.progress = [&](const Progress& progress) { last = progress; };
  means({{0, 1}}, options, 1);
  EXPECT_GT(last.total, 0);
  EXPECT_LE(last.done, last.total);
}

TEST(Ablation, NeedsAPartThatIsThere) {
  const ModelConfig config = Model::load(golden_folder("tiny-llama")).config();
  for (const Component& part : std::vector<Component>{{99, 0}, {0, 99}, {99, -1}})
    EXPECT_EQ(test::error_of([&] { zero_parts(config, {&part, 1}); }).code(), ErrorCode::usage);
}

TEST(Ablation, OfAHeadLeavesNothingToSplit) {
  const Model model = Model::load(golden_folder("tiny-llama"));
  auto prompts = test::read_golden(golden_folder("tiny-llama")).prompts;
  for (PromptIds& prompt : prompts) prompt.sources.assign(prompt.ids.size(), 0);
  const auto run = [&](const Component& part, DecomposeOptions options) {
    options.ablated = zero_parts(model.config(), {&part, 1});
    return decompose(model, *make_cpu_backend(2), prompts, options);
  };
  for (const DecomposeOptions& split : {DecomposeOptions{.n_sources = 1}, DecomposeOptions{.by_token = true}}) {
    EXPECT_EQ(test::error_of([&] { run({1, 2}, split); }).code(), ErrorCode::usage);
    EXPECT_LE(run({1, -1}, split).source_certificate.data()[0], 1e-6);
  }
}

}  // namespace
}  // namespace partwise::internal
