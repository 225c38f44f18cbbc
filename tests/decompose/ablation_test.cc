// A model without a part is the model whose weights for it are zero.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "base/json.h"
#include "decompose/decompose.h"
#include "support/errors.h"
#include "support/golden.h"
#include "support/paths.h"

namespace partwise {
namespace {

const std::filesystem::path kFolder = test::source_dir() / "tests" / "golden" / "tiny-llama";

/// The golden model in another folder with columns [first, first + n) of a tensor set to zero.
class Zeroed {
 public:
  Zeroed(const std::string& tensor, std::int64_t first, std::int64_t n) {
    std::filesystem::copy(kFolder, dir_.path(), std::filesystem::copy_options::recursive);
    for (const auto& entry : std::filesystem::directory_iterator(dir_.path()))
      if (entry.path().extension() == ".safetensors") zero(entry.path(), tensor, first, n);
    EXPECT_TRUE(found_) << tensor;
  }
  Model model() const { return Model::load(dir_.path()); }

 private:
  void zero(const std::filesystem::path& path, const std::string& name, std::int64_t first, std::int64_t n) {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    std::uint64_t n_header = 0;  // of JSON, behind these eight bytes and before the tensors
    file.read(reinterpret_cast<char*>(&n_header), 8);
    std::string header(n_header, ' ');
    file.read(header.data(), static_cast<std::streamsize>(n_header));
    const Json tensors = Json::parse(header);
    if (!tensors.contains(name)) return;
    found_ = true;
    const auto shape = tensors[name]["shape"].get<Shape>();
    const auto ends = tensors[name]["data_offsets"].get<std::vector<std::size_t>>();
    const std::size_t size = (ends[1] - ends[0]) / static_cast<std::size_t>(shape[0] * shape[1]);
    const std::size_t offset = 8 + n_header + ends[0];
    const std::string zeros(static_cast<std::size_t>(n) * size, '\0');
    for (std::int64_t row = 0; row < shape[0]; ++row) {
      file.seekp(static_cast<std::streamoff>(offset + static_cast<std::size_t>(row * shape[1] + first) * size));
      file.write(zeros.data(), static_cast<std::streamsize>(zeros.size()));
    }
  }

  test::TempDir dir_;
  bool found_ = false;
};

class AblationTest : public testing::Test {
 protected:
  Contributions run(const Model& m, const DecomposeOptions& options = {}, int threads = 2) const {
    return decompose(m, *make_cpu_backend(threads), golden.prompts, options);
  }
  static void expect_same_logits(const Contributions& a, const Contributions& b) {
    EXPECT_TRUE(std::equal(a.logits.flat().begin(), a.logits.flat().end(), b.logits.data()));
  }

  Model model = Model::load(kFolder);
  test::Golden golden = test::read_golden(kFolder);
};

TEST_F(AblationTest, OfAHeadIsThatOfItsOutputProjection) {
  const std::int64_t d_head = model.config().d_head;
  const Contributions ablated = run(model, {.ablate = {{1, 2}}});
  const Zeroed zeroed("model.layers.1.self_attn.o_proj.weight", 2 * d_head, d_head);
  expect_same_logits(ablated, run(zeroed.model()));
  for (std::int64_t i = 0; i < ablated.n_examples(); ++i)
    for (std::int64_t y = 0; y < ablated.n_labels(); ++y) EXPECT_EQ(ablated.heads(i, 1, 2, y), 0);
  EXPECT_NE(ablated.logits.data()[0], run(model).logits.data()[0]);
}

TEST_F(AblationTest, OfAnMlpIsThatOfItsOutput) {
  const Zeroed zeroed("model.layers.0.mlp.down_proj.weight", 0, model.config().d_mlp);
  expect_same_logits(run(model, {.ablate = {{0, -1}}}), run(zeroed.model()));
}

TEST_F(AblationTest, InTheLastLayerTakesAwayTheDirectEffectAlone) {
  const std::int64_t last = model.config().n_layers - 1;
  const Contributions full = run(model), ablated = run(model, {.ablate = {{last, -1}}});
  for (std::int64_t l = 0; l < last; ++l)  // but for the final scale, which is one number
    EXPECT_NEAR(ablated.heads(0, l, 0, 0) * full.heads(0, l, 0, 1), ablated.heads(0, l, 0, 1) * full.heads(0, l, 0, 0),
                1e-6);
  EXPECT_EQ(ablated.mlps(0, last, 0), 0);
}

// One prompt of one token: the mean over its positions is what the part is, and nothing changes.
TEST_F(AblationTest, WithTheMeanOfASinglePositionChangesNothing) {
  const std::vector<PromptIds> one = {{{golden.prompts[0].ids[0]}, golden.prompts[0].label_ids}};
  const auto backend = make_cpu_backend(2);
  const Contributions full = decompose(model, *backend, one, {});
  const Contributions same = decompose(model, *backend, one, {.ablate = {{0, 1}, {1, -1}}, .ablate_with_mean = true});
  for (std::int64_t y = 0; y < full.n_labels(); ++y) EXPECT_NEAR(same.logits(0, y), full.logits(0, y), 1e-5);
}

TEST_F(AblationTest, IsTheSameOnAnyNumberOfThreads) {
  const DecomposeOptions options = {.ablate = {{0, 1}, {1, -1}}, .ablate_with_mean = true};
  const Contributions one = run(model, options, 1), two = run(model, options, 2);
  expect_same_logits(one, two);
  EXPECT_NE(one.logits.data()[0], run(model).logits.data()[0]);
}

TEST_F(AblationTest, OfAHeadLeavesNothingToSplitBySource) {
  for (PromptIds& prompt : golden.prompts) prompt.sources.assign(prompt.ids.size(), 0);
  EXPECT_EQ(test::error_of([&] { run(model, {.n_sources = 1, .ablate = {{1, 2}}}); }).code(), ErrorCode::usage);
  EXPECT_LE(run(model, {.n_sources = 1, .ablate = {{1, -1}}}).source_certificate.data()[0], 1e-6);
}

TEST_F(AblationTest, NeedsAPartThatIsThere) {
  EXPECT_EQ(test::error_of([&] { run(model, {.ablate = {{99, 0}}}); }).code(), ErrorCode::usage);
  EXPECT_EQ(test::error_of([&] { run(model, {.ablate = {{0, 99}}}); }).code(), ErrorCode::usage);
}

}  // namespace
}  // namespace partwise
