#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/arch/changed_model.h"
#include "model/random_checkpoint.h"

namespace partwise::internal {
namespace {

using testing::HasSubstr;

constexpr const char* kOlder = "config.old.json";
const std::filesystem::path kGolden = test::source_dir() / "tests" / "golden";

TEST(StableLm, AQuarterOfEachHeadIsRotatedUnlessTheFileSaysOtherwise) {
  EXPECT_EQ(test::changed("tiny-stablelm", Json::object()).rotary_width(), 4);
  EXPECT_EQ(test::changed("tiny-stablelm", {{"partial_rotary_factor", nullptr}}, kOlder).rotary_width(), 2);
  const Json unsaid = {{"rope_parameters", {{"partial_rotary_factor", nullptr}}}};
  EXPECT_EQ(test::changed("tiny-stablelm", unsaid).rotary_width(), 2);
  EXPECT_THAT(test::refusal("tiny-stablelm", {{"partial_rotary_factor", 0.25}}),
              HasSubstr("is 0.5, and 'partial_rotary_factor' beside this object 0.25"));
}

// As in transformers, whose default is a number.
TEST(StableLm, KeyAndValueHeadsThatAreLeftOutAre32) {
  const Json config = {{"model_type", "stablelm"}, {"hidden_size", 512},        {"intermediate_size", 8},
                       {"num_hidden_layers", 1},   {"num_attention_heads", 64}, {"vocab_size", 16}};
  const test::TempDir dir;
  write_random_checkpoint(dir.path(), config, DType::f32, 1);
  const ModelConfig c = Model::load(dir.path()).config();
  EXPECT_EQ(c.n_kv_heads, 32);
  EXPECT_EQ(c.n_ctx, 4096);
}

TEST(StableLm, TheMlpOfAParallelBlockReadsWhatAttentionReads) {
  const Model parallel = Model::load(kGolden / "tiny-stablelm-parallel");
  const Model sequential = Model::load(kGolden / "tiny-stablelm");
  EXPECT_TRUE(parallel.config().parallel_residual);
  EXPECT_EQ(parallel.layer(1).ln2.gain, parallel.layer(1).ln1.gain);
  EXPECT_EQ(parallel.layer(1).ln2.bias, parallel.layer(1).ln1.bias);
  EXPECT_FALSE(sequential.config().parallel_residual);
  EXPECT_NE(sequential.layer(1).ln2.gain, sequential.layer(1).ln1.gain);
}

// Converters write "use_parallel_residual": true for models whose configuration lacks the key.
TEST(StableLm, TheTensorsOfAGgufFileTellWhetherBlocksAreParallel) {
  for (const char* name : {"tiny-stablelm", "tiny-stablelm-parallel"}) {
    const Model file = Model::load(kGolden / (std::string(name) + ".gguf"));
    EXPECT_EQ(file.checkpoint().config().at("stablelm.use_parallel_residual"), true) << name;
    EXPECT_EQ(file.config().parallel_residual, Model::load(kGolden / name).config().parallel_residual) << name;
  }
}

/// The gain of one head in the folder's own tensor.
std::vector<float> gain_in_file(const Model& model, const std::string& name) {
  const TensorView& view = model.checkpoint().tensors().at(name);
  std::vector<float> gain(static_cast<std::size_t>(view.shape[0]));
  dequantize(view, 0, gain);
  return gain;
}

// A folder has a tensor for each head, a GGUF file a row.
TEST(StableLm, EveryHeadHasItsOwnGainInBothFiles) {
  const Model folder = Model::load(kGolden / "tiny-stablelm-parallel");
  const Model file = Model::load(kGolden / "tiny-stablelm-parallel.gguf");
  const LayerWeights w = folder.layer(1);
  EXPECT_EQ(w.q_norm.gain.size(), 32U);  // 4 heads
  EXPECT_EQ(w.k_norm.gain.size(), 16U);  // 2 heads
  EXPECT_EQ(std::vector<float>(w.q_norm.gain.begin() + 24, w.q_norm.gain.end()),
            gain_in_file(folder, "model.layers.1.self_attn.q_layernorm.norms.3.weight"));
  EXPECT_EQ(w.q_norm.bias, std::vector<float>(32));
  EXPECT_EQ(file.layer(1).q_norm.gain, w.q_norm.gain);
  EXPECT_EQ(file.layer(1).k_norm.gain, w.k_norm.gain);
}

TEST(StableLm, TensorsThatBelongToAnotherBlockAreRefused) {
  EXPECT_THAT(test::refusal("tiny-stablelm", {{"use_parallel_residual", true}}),
              HasSubstr("'model.layers.*.post_attention_layernorm.weight'"));
  EXPECT_THAT(test::refusal("tiny-stablelm-parallel", {{"use_parallel_residual", false}}),
              HasSubstr("'model.layers.0.post_attention_layernorm.weight' is missing"));
  EXPECT_THAT(test::refusal("tiny-stablelm-parallel", {{"qk_layernorm", false}}),
              HasSubstr("'model.layers.*.self_attn.q_layernorm.norms.*.weight'"));
  EXPECT_THAT(test::refusal("tiny-stablelm", {{"use_qkv_bias", false}}), HasSubstr("q_proj.bias"));
}

TEST(StableLm, OtherBlocksAreRefused) {
  EXPECT_THAT(test::refusal("tiny-stablelm", {{"hidden_act", "gelu"}}), HasSubstr("'hidden_act'"));
  EXPECT_THAT(test::refusal("tiny-stablelm", {{"head_dim", 16}}), HasSubstr("'head_dim' is 16; only 8"));
  EXPECT_THAT(test::refusal("tiny-stablelm", {{"use_sliding_window", true}}), HasSubstr("'use_sliding_window'"));
  EXPECT_THAT(test::refusal("tiny-stablelm", {{"num_attention_heads", 100000}}), HasSubstr("too many"));
}

}  // namespace
}  // namespace partwise::internal
