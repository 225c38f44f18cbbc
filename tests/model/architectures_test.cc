// Settings that single architectures read from their configurations and that no golden model has.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "base/error.h"
#include "base/file.h"
#include "base/json.h"
#include "model/model.h"
#include "model/random_checkpoint.h"
#include "support/golden.h"
#include "support/paths.h"

namespace partwise::internal {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const std::filesystem::path kGolden = test::source_dir() / "tests" / "golden";

/// A golden model with a changed configuration.
ModelConfig load(const std::string& name, const Json& changes = Json::object()) {
  const test::TempDir dir;
  Json config = read_json_file(kGolden / name / "config.json");
  config.update(changes);
  test::link_model(kGolden / name, config.dump(), dir / "model");
  return Model::load(dir / "model").config();
}

ModelConfig load_without(const std::string& name, const std::string& left_out, const Json& changes = Json::object()) {
  const test::TempDir dir;
  Json config = read_json_file(kGolden / name / "config.json");
  config.update(changes);
  config.erase(left_out);
  test::link_model(kGolden / name, config.dump(), dir / "model");
  return Model::load(dir / "model").config();
}

void expect_refused(const std::string& name, const Json& changes, const std::string& what) {
  try {
    load(name, changes);
    ADD_FAILURE() << name << " loaded; expected an error about " << what;
  } catch (const Error& e) {
    EXPECT_EQ(e.code(), ErrorCode::bad_data);
    EXPECT_THAT(e.what(), HasSubstr(what));
  }
}

TEST(Qwen2, WindowsAreThoseOfTheLayersFromMaxWindowLayersOn) {
  const Json changes = {
      {"use_sliding_window", true}, {"sliding_window", 8}, {"max_window_layers", 1}, {"layer_types", nullptr}};
  const ModelConfig c = load("tiny-qwen2", changes);
  EXPECT_EQ(c.window(0), 0);
  for (std::int64_t l = 1; l < c.n_layers; ++l) EXPECT_EQ(c.window(l), 8);
}

TEST(Qwen2, AWindowThatIsNotUsedIsNone) {
  EXPECT_TRUE(load("tiny-qwen2", {{"sliding_window", 8}, {"use_sliding_window", false}}).windows.empty());
}

TEST(Qwen2, LayersWithAWindowThatIsNotUsedAreAContradiction) {
  const ModelConfig c = load("tiny-qwen2");
  Json types = Json::array();
  for (std::int64_t l = 0; l < c.n_layers; ++l) types.push_back("sliding_attention");
  expect_refused("tiny-qwen2", {{"layer_types", types}}, "'layer_types'");
  types.push_back("full_attention");
  expect_refused("tiny-qwen2", {{"layer_types", types}}, "'layer_types'");
  expect_refused("tiny-qwen2", {{"layer_types", {"chunked_attention"}}}, "chunked_attention");
}

/// The configuration of a model of 30 thin layers, written with `config` and read without its key `left_out`.
ModelConfig thin_model(Json config, const std::string& left_out) {
  const test::TempDir dir;
  config.update({{"hidden_size", 8},
                 {"intermediate_size", 8},
                 {"num_hidden_layers", 30},
                 {"num_attention_heads", 2},
                 {"vocab_size", 16},
                 {"max_position_embeddings", 64}});
  write_random_checkpoint(dir.path(), config, DType::f32, 1);
  config.erase(left_out);
  test::write_file(dir / "config.json", config.dump());
  return Model::load(dir.path()).config();
}

TEST(Qwen, MaxWindowLayersIs28WhereItIsLeftOut) {
  for (const char* type : {"qwen2", "qwen3"}) {
    const Json config = {{"model_type", type},  {"num_key_value_heads", 1},   {"head_dim", 4},
                         {"sliding_window", 4}, {"use_sliding_window", true}, {"max_window_layers", 0}};
    const ModelConfig c = thin_model(config, "max_window_layers");
    EXPECT_EQ(c.window(27), 0) << type;
    EXPECT_EQ(c.window(28), 4) << type;
    EXPECT_EQ(c.window(29), 4) << type;
  }
}

TEST(Qwen, AWindowThatIsLeftOutIs4096AndANullOneIsNone) {
  const Json used = {{"use_sliding_window", true}, {"max_window_layers", 1}, {"layer_types", nullptr}};
  Json null = used;
  null["sliding_window"] = nullptr;
  EXPECT_TRUE(load("tiny-qwen2", null).windows.empty());
  EXPECT_EQ(load_without("tiny-qwen2", "sliding_window", used).window(1), 4096);
}

TEST(Defaults, AreThoseOfTransformers) {
  EXPECT_EQ(load_without("tiny-llama", "max_position_embeddings").n_ctx, 2048);
  EXPECT_FLOAT_EQ(load_without("tiny-llama", "rms_norm_eps").norm_eps, 1e-6f);
  EXPECT_FLOAT_EQ(load_without("tiny-olmo2", "rms_norm_eps").norm_eps, 1e-5f);
  EXPECT_EQ(load_without("tiny-qwen2", "max_position_embeddings").n_ctx, 32768);
  EXPECT_EQ(load_without("tiny-mistral", "max_position_embeddings").n_ctx, 131072);
  EXPECT_EQ(load_without("tiny-gemma3", "max_position_embeddings").n_ctx, 131072);
  EXPECT_EQ(load_without("tiny-gemma3", "sliding_window").window(0), 4096);
  EXPECT_FLOAT_EQ(load_without("tiny-gemma3", "query_pre_attn_scalar").attn_scale, 1.0f / 16);
  EXPECT_EQ(load_without("tiny-gemma3", "rope_parameters").rope.theta, 1e6);
  EXPECT_EQ(load_without("tiny-gemma3", "rope_parameters").local_rope->theta, 1e4);
  EXPECT_TRUE(load_without("tiny-gemma3", "tie_word_embeddings").tied_embeddings);
}

// If the key is missing, Mistral and Gemma 3 have default numbers of key/value heads. Llama takes one per query head.
TEST(Defaults, OfKeyAndValueHeadsDependOnTheArchitecture) {
  const Json config = {{"model_type", "mistral"}, {"hidden_size", 32},         {"intermediate_size", 8},
                       {"num_hidden_layers", 1},  {"num_attention_heads", 16}, {"vocab_size", 16}};
  const test::TempDir dir;
  write_random_checkpoint(dir.path(), config, DType::f32, 1);
  EXPECT_EQ(Model::load(dir.path()).config().n_kv_heads, 8);
}

TEST(Mistral, AWindowThatIsLeftOutIs4096) {
  EXPECT_EQ(load_without("tiny-mistral", "sliding_window").window(0), 4096);
  expect_refused("tiny-mistral", {{"use_sliding_window", false}}, "'use_sliding_window'");
}

TEST(Gpt2, SizesMayHaveTheNamesOfNewerArchitectures) {
  const Json own = read_json_file(kGolden / "tiny-gpt2" / "config.json");
  const std::pair<const char*, const char*> names[] = {{"n_embd", "hidden_size"},
                                                       {"n_head", "num_attention_heads"},
                                                       {"n_layer", "num_hidden_layers"},
                                                       {"n_positions", "max_position_embeddings"}};
  for (const auto& [older, newer] : names) {
    EXPECT_EQ(load_without("tiny-gpt2", older, {{newer, own.at(older)}}).d_model, 32) << newer;
    expect_refused("tiny-gpt2", {{newer, own.at(older).get<int>() + 1}}, newer);
  }
}

TEST(Gpt2, ScoresAreScaledAsTheFlagsSay) {
  EXPECT_EQ(load("tiny-gpt2").attn_scale, 0);  // that of the heads' width
  EXPECT_FALSE(load("tiny-gpt2").attn_scale_by_layer);
  EXPECT_EQ(load("tiny-gpt2", {{"scale_attn_weights", false}}).attn_scale, 1);
  EXPECT_TRUE(load("tiny-gpt2", {{"scale_attn_by_inverse_layer_idx", true}}).attn_scale_by_layer);
}

TEST(Gpt2, OtherActivationsAndCrossAttentionAreRefused) {
  EXPECT_EQ(load("tiny-gpt2", {{"activation_function", "gelu"}}).activation, Activation::gelu);
  expect_refused("tiny-gpt2", {{"activation_function", "relu"}}, "'relu', which is not supported");
  expect_refused("tiny-gpt2", {{"add_cross_attention", true}}, "'add_cross_attention'");
}

TEST(Gpt2, APublishedFileHasNoPrefixAndAMaskInEachLayer) {
  const ModelConfig c = load("tiny-gpt2", {{"n_ctx", 128}, {"n_inner", 48}});
  EXPECT_EQ(c.n_ctx, 128);
  expect_refused("tiny-gpt2", {{"n_ctx", 64}}, "'n_ctx'");
}

TEST(Granite, MultipliersAreMoreThanNothing) {
  for (const char* key : {"embedding_multiplier", "residual_multiplier", "attention_multiplier", "logits_scaling"})
    expect_refused("tiny-granite", {{key, 0.0}}, key);
  EXPECT_FLOAT_EQ(load("tiny-granite").logit_scale, 0.125f);
}

TEST(SmolLM3, EveryFourthLayerIsNotRotatedUnlessTheFileSaysOtherwise) {
  const ModelConfig usual = load_without("tiny-smollm3", "no_rope_layers");
  for (std::int64_t l = 0; l < 4; ++l) EXPECT_EQ(usual.is_rotated(l), l != 3) << l;
  EXPECT_FALSE(load("tiny-smollm3", {{"no_rope_layers", {1, 0, 1, 1}}}).is_rotated(1));
  expect_refused("tiny-smollm3", {{"no_rope_layers", {1, 0, 1}}}, "has 3 entries for 4 layers");
  expect_refused("tiny-smollm3", {{"no_rope_layers", {1, 0, 1, 2}}}, "'no_rope_layers'");
}

TEST(Olmo3, ThreeLayersOfFourHaveAWindowAndPlainAngles) {
  const ModelConfig c = load_without("tiny-olmo3", "layer_types");
  for (std::int64_t l = 0; l < 4; ++l) EXPECT_EQ(c.window(l), l == 3 ? 0 : 10) << l;
  EXPECT_EQ(c.rope.type, "yarn");
  EXPECT_EQ(c.local_rope->type, "default");
}

TEST(Phi3, TheContextEndsWhereLongropeChangesItsFactors) {
  const ModelConfig c = load("tiny-phi3-longrope");
  EXPECT_EQ(c.n_ctx, 256);  // of 1024
  EXPECT_EQ(c.rope.divisors, (std::vector<float>{1, 1.125, 1.25, 1.5}));
}

TEST(Phi3, TwoSharesMustAgree) {
  expect_refused("tiny-phi3", {{"partial_rotary_factor", 0.25}},
                 "0.5, and 'partial_rotary_factor' beside this object 0.25");
}

TEST(Gemma, GeluMeansTheFormWithTanh) {
  EXPECT_EQ(load("tiny-gemma", {{"hidden_act", "gelu"}}).activation, Activation::gelu_tanh);
  expect_refused("tiny-gemma", {{"hidden_act", "relu"}}, "'hidden_act'");
  expect_refused("tiny-gemma", {{"hidden_activation", "silu"}}, "'hidden_activation'");
}

TEST(Llama, MaySayThatNoLayerHasAWindow) {
  const Json none = {{"use_sliding_window", false},
                     {"sliding_window", 4096},
                     {"max_window_layers", 1},
                     {"layer_types", {"full_attention", "full_attention", "full_attention"}}};
  EXPECT_TRUE(load("tiny-llama", none).windows.empty());
  expect_refused("tiny-llama", {{"sliding_window", 4096}}, "'sliding_window'");
  expect_refused("tiny-llama", {{"use_sliding_window", true}}, "'use_sliding_window'");
  expect_refused("tiny-llama", {{"layer_types", {"full_attention", "sliding_attention", "full_attention"}}}, "layer 1");
}

TEST(Activations, GoByAllTheirNames) {
  EXPECT_EQ(load("tiny-llama", {{"hidden_act", "swish"}}).activation, Activation::silu);
  EXPECT_EQ(load("tiny-gemma3", {{"hidden_activation", "gelu_new"}}).activation, Activation::gelu_tanh);
  EXPECT_EQ(load("tiny-pythia", {{"hidden_act", "gelu_fast"}}).activation, Activation::gelu_tanh);
}

TEST(Mistral, ANullWindowIsNone) {
  EXPECT_TRUE(load("tiny-mistral", {{"sliding_window", nullptr}}).windows.empty());
  EXPECT_EQ(load("tiny-mistral", {{"sliding_window", 5}}).window(1), 5);
}

TEST(Gemma3, CapsAreRefused) {
  expect_refused("tiny-gemma3", {{"final_logit_softcapping", 30.0}}, "'final_logit_softcapping'");
  expect_refused("tiny-gemma3", {{"attn_logit_softcapping", 50.0}}, "'attn_logit_softcapping'");
  expect_refused("tiny-gemma3", {{"use_bidirectional_attention", true}}, "'use_bidirectional_attention'");
  expect_refused("tiny-gemma3", {{"hidden_activation", "gelu"}}, "'hidden_activation'");
}

TEST(Gemma3, QueriesAreScaledByTheirOwnKey) {
  EXPECT_FLOAT_EQ(load("tiny-gemma3", {{"query_pre_attn_scalar", 64}}).attn_scale, 0.125f);
}

TEST(GptNeox, ActivationsByTheirNames) {
  EXPECT_EQ(load("tiny-pythia").activation, Activation::gelu);
  EXPECT_EQ(load("tiny-pythia", {{"hidden_act", "gelu_new"}}).activation, Activation::gelu_tanh);
  expect_refused("tiny-pythia", {{"hidden_act", "relu"}}, "'relu'");
}

TEST(GptNeox, AShareOfAHeadIsRotated) {
  const ModelConfig c = load("tiny-pythia");
  EXPECT_EQ(c.rotary_width(), c.d_head / 4);
  expect_refused("tiny-pythia", {{"rope_parameters", {{"partial_rotary_factor", 1.5}}}}, "rotary_pct");
  expect_refused("tiny-pythia", {{"rope_scaling", {{"rope_type", "linear"}, {"factor", 2.0}}}}, "'rope_scaling'");
}

TEST(Olmo2, HasNoNormBeforeABlock) {
  const ModelConfig c = load("tiny-olmo2");
  EXPECT_FALSE(c.pre_norms);
  EXPECT_TRUE(c.post_norms);
  expect_refused("tiny-olmo2", {{"clip_qkv", 8.0}}, "'clip_qkv'");
}

}  // namespace
}  // namespace partwise::internal
