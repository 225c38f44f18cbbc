#include "model/expert_keys.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/arch/changed_model.h"

namespace partwise::internal {
namespace {

using testing::HasSubstr;

// Qwen/Qwen3-30B-A3B and mistralai/Mixtral-8x7B-v0.1: what their config.json has beside sizes.
TEST(Experts, PublishedKeysChangeNothing) {
  const Json qwen = {{"attention_bias", false},          {"decoder_sparse_step", 1}, {"max_window_layers", 48},
                     {"mlp_only_layers", Json::array()}, {"norm_topk_prob", true},   {"output_router_logits", false},
                     {"router_aux_loss_coef", 0.001},    {"rope_scaling", nullptr},  {"sliding_window", nullptr},
                     {"use_sliding_window", false}};
  const Json coder = {{"qkv_bias", false}, {"use_qk_norm", true}, {"shared_expert_intermediate_size", 0}};
  EXPECT_EQ(test::changed("tiny-qwen3-moe", coder, "config.old.json").experts->n_experts, 6);
  EXPECT_THAT(test::refusal("tiny-qwen3-moe", {{"shared_expert_intermediate_size", 64}}),
              HasSubstr("'shared_expert_intermediate_size' is 64"));
  const ModelConfig c = test::changed("tiny-qwen3-moe", qwen, "config.old.json");
  EXPECT_EQ(*c.experts, (ExpertsConfig{.n_experts = 6, .n_used = 2, .d_mlp = 32, .dense = {false, false}}));
  const Json mixtral = {{"output_router_logits", false}, {"router_aux_loss_coef", 0.02}, {"sliding_window", nullptr}};
  EXPECT_EQ(*test::changed("tiny-mixtral", mixtral).experts, (ExpertsConfig{.n_experts = 4, .n_used = 2, .d_mlp = 32}));
}

// A layer's expert has three matrices of 32 x 32; a token uses two of six in each of two layers.
TEST(Experts, ThatATokenDoesNotChooseAreNoActiveParameters) {
  const Model model = Model::load(test::source_dir() / "tests" / "golden" / "tiny-qwen3-moe");
  EXPECT_EQ(model.n_parameters() - model.n_active_parameters(), 2 * 4 * 3 * 32 * 32);
  const Model packed = Model::load(test::source_dir() / "tests" / "golden" / "tiny-gpt-oss-mxfp4"),
              plain = Model::load(test::source_dir() / "tests" / "golden" / "tiny-gpt-oss");
  EXPECT_EQ(packed.n_parameters(), plain.n_parameters()) << "bytes of MXFP4 hold two parameters each";
}

TEST(Experts, AreCountedUnderBothNames) {
  EXPECT_EQ(test::changed("tiny-qwen3-moe", {{"num_local_experts", nullptr}, {"num_experts", 6}}).experts->n_experts,
            6);
  EXPECT_THAT(test::refusal("tiny-qwen3-moe", {{"num_local_experts", 5}, {"num_experts", 6}}),
              HasSubstr("'num_local_experts' is 5; only 6 is supported"));
}

TEST(Experts, LayersWithoutThemAreNamedOrCounted) {
  EXPECT_EQ(test::changed("tiny-qwen3-moe-mixed", Json::object()).experts->dense,
            (std::vector<bool>{true, false, true, true}));
}

TEST(Experts, NoNumbersMakeTheTableLong) {
  EXPECT_THAT(test::refusal("tiny-mixtral", {{"num_local_experts", 2'000'000'000}}),
              HasSubstr("'num_local_experts' is 2000000000 in 2 layers, more than any model has"));
  EXPECT_THAT(test::refusal("tiny-mixtral", {{"num_experts_per_tok", 5}}),
              HasSubstr("'num_experts_per_tok' is 5, and there are 4 experts"));
}

TEST(Experts, WhatWouldChangeTheResultIsRefused) {
  EXPECT_THAT(test::refusal("tiny-olmoe", {{"clip_qkv", 8.0}}), HasSubstr("'clip_qkv' is 8.0"));
  EXPECT_THAT(test::refusal("tiny-qwen3-moe", {{"use_sliding_window", true}}), HasSubstr("'use_sliding_window'"));
}

}  // namespace
}  // namespace partwise::internal
