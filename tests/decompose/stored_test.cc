// Results stored besides contributions: hidden is the input of the unembedding, z that of the output projections.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "decompose/decompose.h"
#include "decompose/memory.h"
#include "support/golden.h"
#include "support/paths.h"
#include "tensor/half.h"

namespace partwise::internal {
namespace {

const Stored kBoth{.hidden = true, .z = true};

/// Models with RMSNorm and with LayerNorm, in both precisions.
class StoredTest : public testing::TestWithParam<std::tuple<const char*, Precision>> {
 protected:
  Contributions run(int threads, const DecomposeOptions& options, std::span<const PromptIds> prompts) const {
    return decompose(model, *make_cpu_backend(threads, precision), prompts, options);
  }

  std::filesystem::path folder = test::source_dir() / "tests" / "golden" / std::get<0>(GetParam());
  Precision precision = std::get<1>(GetParam());
  Model model = Model::load(folder);
  test::Golden golden = test::read_golden(folder);
};

TEST_P(StoredTest, NothingUnlessItIsAskedFor) {
  const Contributions g = run(2, {}, golden.prompts);
  EXPECT_TRUE(g.hidden.empty());
  EXPECT_TRUE(g.z.empty());
}

TEST_P(StoredTest, HiddenTimesUnembeddingIsTheLogits) {
  const Contributions g = run(2, {.stored = kBoth}, golden.prompts);
  ASSERT_EQ(g.hidden.shape(), (Shape{g.n_examples(), model.config().d_model}));
  for (std::int64_t i = 0; i < g.n_examples(); ++i) {
    const HostMatrix unembed = model.unembed(golden.prompts[i].label_ids);
    for (std::int64_t y = 0; y < g.n_labels(); ++y) {
      double logit = 0, size = 0;
      for (std::int64_t k = 0; k < unembed.cols; ++k) {
        const double term = double{unembed.values[y * unembed.cols + k]} * double{g.hidden(i, k)};
        logit += term;
        size += std::abs(term);
      }
      EXPECT_NEAR(logit, g.logits(i, y), 1e-6 * size) << i << " " << y;  // the logit is this sum rounded to float
    }
  }
}

/// W_O,lhᵀ d for one head, with W_O rounded as in products.  [d_head]
std::vector<double> fold(const Model& model, Precision precision, std::int64_t l, std::int64_t h,
                         const std::vector<double>& direction) {
  const LayerWeights weights = model.layer(l);
  std::vector<float> row(static_cast<std::size_t>(weights.o.cols));
  const std::int64_t d_head = model.config().d_head;
  std::vector<double> folded(static_cast<std::size_t>(d_head));
  for (std::int64_t r = 0; r < weights.o.rows; ++r) {
    weights.o.read(r, {row.data(), 1, weights.o.cols, weights.o.cols});
    round_to(precision, row);
    for (std::int64_t j = 0; j < d_head; ++j) folded[j] += direction[r] * double{row[h * d_head + j]};
  }
  return folded;
}

/// gain * U_y, centred for a LayerNorm.  [d_model]
std::vector<double> direction_of(const Model& model, std::int32_t label_id) {
  const HostMatrix row = model.unembed(std::vector<std::int32_t>{label_id});
  const NormWeights norm = model.final_norm();
  std::vector<double> direction;
  double mean = 0;
  for (std::int64_t k = 0; k < row.cols; ++k) {
    direction.push_back(double{row.values[k]} * double{norm.gain[k]});
    mean += direction.back() / static_cast<double>(row.cols);
  }
  if (model.config().norm == NormKind::layer)
    for (double& d : direction) d -= mean;
  return direction;
}

// The scale of the final norm is not stored; it is one number for all heads, layers and labels of an example.
TEST_P(StoredTest, ZThroughTheOutputProjectionsIsTheHeadsButForOneScale) {
  const Contributions g = run(2, {.stored = kBoth}, golden.prompts);
  const std::int64_t d_head = model.config().d_head, i = g.n_examples() - 1;
  ASSERT_EQ(g.z.shape(), (Shape{g.n_examples(), g.n_layers(), g.n_heads(), d_head}));
  std::vector<double> products, heads;
  for (std::int64_t y = 0; y < g.n_labels(); ++y) {
    const std::vector<double> direction = direction_of(model, golden.prompts[i].label_ids[y]);
    for (std::int64_t l = 0; l < g.n_layers(); ++l)
      for (std::int64_t h = 0; h < g.n_heads(); ++h) {
        const std::vector<double> folded = fold(model, precision, l, h, direction);
        double product = 0;
        for (std::int64_t j = 0; j < d_head; ++j) product += folded[j] * double{g.z(i, l, h, j)};
        products.push_back(product);
        heads.push_back(g.heads(i, l, h, y));
      }
  }
  const auto largest = std::ranges::max_element(heads, {}, [](double v) { return std::abs(v); }) - heads.begin();
  const double scale = products[largest] / heads[largest];
  EXPECT_GT(scale, 0);
  for (std::size_t k = 0; k < heads.size(); ++k)
    EXPECT_NEAR(products[k] / scale, heads[k], 2e-6 * std::abs(heads[largest])) << k;
}

TEST_P(StoredTest, BitsDoNotDependOnThreadsOrGroups) {
  DecomposeOptions options{.stored = kBoth};
  const Contributions all = run(2, options, golden.prompts), one_thread = run(1, options, golden.prompts);
  const std::int64_t last = all.n_examples() - 1;
  const Contributions alone = run(2, options, std::span(golden.prompts).subspan(last, 1));
  options.memory_bytes = memory_need(Engine(model, *make_cpu_backend(2, precision)), golden.prompts, options).least();
  const Contributions grouped = run(2, options, golden.prompts);
  for (auto array : {&Contributions::hidden, &Contributions::z}) {
    EXPECT_TRUE(std::ranges::equal((all.*array).flat(), (one_thread.*array).flat()));
    EXPECT_TRUE(std::ranges::equal((all.*array).flat(), (grouped.*array).flat()));
    EXPECT_TRUE(std::ranges::equal((all.*array).flat().last((alone.*array).size()), (alone.*array).flat()));
  }
}

TEST_P(StoredTest, Bfloat16RoundsTheValuesAndNothingElse) {
  const Contributions g = run(2, {.stored = kBoth}, golden.prompts);
  const Contributions half = run(2, {.stored = {.hidden = true, .z = true, .type = DType::bf16}}, golden.prompts);
  EXPECT_TRUE(std::ranges::equal(g.heads.flat(), half.heads.flat()));
  EXPECT_TRUE(std::ranges::equal(g.logits.flat(), half.logits.flat()));
  for (auto array : {&Contributions::hidden, &Contributions::z})
    for (std::int64_t k = 0; k < (g.*array).size(); ++k)
      ASSERT_EQ((half.*array).data()[k], bf16_to_float(float_to_bf16((g.*array).data()[k]))) << k;
}

TEST_P(StoredTest, IsThereWithoutTheParts) {
  const DecomposeOptions with{.stored = kBoth}, without{.read_parts = false, .stored = kBoth};
  const Contributions g = run(2, with, golden.prompts), bare = run(2, without, golden.prompts);
  EXPECT_TRUE(std::ranges::equal(g.hidden.flat(), bare.hidden.flat()));
  EXPECT_TRUE(std::ranges::equal(g.z.flat(), bare.z.flat()));
}

TEST_P(StoredTest, IsOnlyOfPromptsThatAreToBeStored) {
  DecomposeOptions options{.stored = kBoth};
  const Contributions all = run(2, options, golden.prompts);
  std::vector<PromptIds> prompts = golden.prompts;
  ASSERT_GE(prompts.size(), 2U);
  prompts[0].is_stored = false;
  options.memory_bytes =
      memory_need(Engine(model, *make_cpu_backend(2, precision)), prompts, options).least();  // many groups
  const Contributions g = run(2, options, prompts);
  EXPECT_TRUE(std::ranges::equal(g.heads.flat(), all.heads.flat()));
  for (auto array : {&Contributions::hidden, &Contributions::z}) {
    ASSERT_EQ((g.*array).dim(0), all.n_examples() - 1);
    EXPECT_TRUE(std::ranges::equal((g.*array).flat(), (all.*array).flat().last((g.*array).size())));
  }
}

TEST_P(StoredTest, CountsAsMemory) {
  const auto need = [&](const Stored& stored) {
    return memory_need(Engine(model, *make_reference_backend()), golden.prompts, {.stored = stored}).results;
  };
  const ModelConfig& c = model.config();
  const std::int64_t hidden = c.d_model, z = c.n_layers * c.n_heads * c.d_head, n = std::ssize(golden.prompts);
  EXPECT_EQ(need({.hidden = true}) - need({}), 4 * n * hidden);
  EXPECT_EQ(need(kBoth) - need({}), 4 * n * (hidden + z));
  EXPECT_EQ(need({.z = true, .type = DType::bf16}) - need({}), (4 + 2) * n * z) << "with the copy that is written";
}

INSTANTIATE_TEST_SUITE_P(Norms, StoredTest,
                         testing::Combine(testing::Values("tiny-llama", "tiny-pythia"),
                                          testing::Values(Precision::f32, Precision::bf16)),
                         [](const auto& param) {
                           const std::string model = std::get<0>(param.param);
                           return model.substr(model.find('-') + 1) + "_" + std::string(name(std::get<1>(param.param)));
                         });

}  // namespace
}  // namespace partwise::internal
