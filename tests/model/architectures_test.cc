// What single architectures read from their configurations, beyond what the golden models have.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "base/error.h"
#include "base/file.h"
#include "model/model.h"
#include "support/golden.h"
#include "support/paths.h"

namespace partwise {
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
}  // namespace partwise
