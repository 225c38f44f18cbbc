// Kinds of unknown configuration keys that are allowed. docs/models.md lists the kinds.
#include "model/neutral_keys.h"

#include <gtest/gtest.h>

#include "base/json.h"

namespace partwise::internal {
namespace {

void expect_neutral(const Json& keys) {
  for (const auto& [key, value] : keys.items()) EXPECT_TRUE(is_neutral_key(key, value)) << key << ": " << value;
}

void expect_refused(const Json& keys) {
  for (const auto& [key, value] : keys.items()) EXPECT_FALSE(is_neutral_key(key, value)) << key << ": " << value;
}

TEST(NeutralKeys, PrivateOnesAndThoseThatSayNothing) {
  expect_neutral({{"_name_or_path", "x"}, {"_model_name_or_path", "x"}, {"_anything", 3}, {"logit_softcap", nullptr}});
  expect_neutral({{"pruned_heads", Json::object()}, {"mlp_only_layers", Json::array()}, {"some_text", ""}});
  expect_refused({{"pruned_heads", {{"1", {0, 2}}}}, {"mlp_only_layers", {1}}});
}

TEST(NeutralKeys, TokensAndGeneration) {
  expect_neutral({{"unk_token_id", 0}, {"pad_token_id", -1}, {"eos_token_id", {1, 2}}, {"image_token_index", 9}});
  expect_neutral({{"pad_token", "<pad>"}, {"tokenizer_class", "LlamaTokenizer"}, {"temperature", 0.7}, {"top_p", 0.9}});
  expect_neutral({{"do_sample", true}, {"max_length", 20}, {"repetition_penalty", 1.1}, {"suppress_tokens", {1, 2}}});
}

TEST(NeutralKeys, TheBaseConfigurationClass) {
  expect_neutral({{"return_dict", true}, {"output_attentions", true}, {"torchscript", false}, {"use_bfloat16", false}});
  expect_neutral({{"id2label", {{"0", "no"}}}, {"problem_type", "regression"}, {"chunk_size_feed_forward", 0}});
  expect_neutral({{"is_decoder", true}, {"is_encoder_decoder", false}, {"add_cross_attention", false}});
  expect_refused({{"is_encoder_decoder", true}, {"add_cross_attention", true}, {"cross_attention_hidden_size", 64}});
  expect_refused({{"per_layer_config", {{"0", {{"head_dim", 4}}}}}});
}

TEST(NeutralKeys, DropoutsAndTraining) {
  expect_neutral({{"attention_probs_dropout_prob", 0}, {"hidden_dropout_prob", 0.1}, {"resid_pdrop", 0.1}});
  expect_neutral(
      {{"layerdrop", 0.1}, {"initializer_factor", 1.0}, {"init_std", 0.1}, {"gradient_checkpointing", true}});
  expect_neutral({{"router_aux_loss_coef", 0.001}, {"neftune_noise_alpha", 5}, {"weight_decay", 0.1}});
  expect_refused({{"token_dropout", true}, {"layer_scale_init_value", 0.1}});
}

TEST(NeutralKeys, WhatToolsWriteAndHowTheyCompute) {
  expect_neutral(
      {{"unsloth_version", "2025.3"}, {"unsloth_fixed", true}, {"peft_version", "0.17"}, {"license", "mit"}});
  expect_neutral({{"use_flash_attention_2", true}, {"attn_implementation", "eager"}, {"bnb_4bit_compute_dtype", "x"}});
  expect_neutral({{"max_sequence_length", 2048}, {"model_max_length", 4096}, {"seq_length", 2048}, {"n_ctx", 512}});
  expect_refused({{"attention_window", 128}, {"auto_map", {{"AutoModelForCausalLM", "own.Model"}}}});
  expect_refused({{"quantization_config", {{"quant_method", "gptq"}}}, {"quantization", {{"bits", 4}}}});
}

TEST(NeutralKeys, SwitchesThatAreLeftOff) {
  expect_neutral({{"qkv_bias", false}, {"use_mrope", false}, {"use_qk_norm", false}, {"rope_interleaved", false}});
  expect_neutral({{"embedding_multiplier", 1.0}, {"logits_scaling", 1}, {"residual_multiplier", 1.0}});
  expect_neutral({{"num_local_experts", 0}, {"num_nextn_predict_layers", 0}, {"is_causal", true}});
}

TEST(NeutralKeys, SwitchesThatAreOn) {
  expect_refused({{"qkv_bias", true}, {"use_mrope", true}, {"logit_softcap", 30.0}, {"num_local_experts", 8}});
  expect_refused({{"embedding_multiplier", 12.0}, {"logits_scaling", 8}, {"sliding_window", 4096}});
}

// A false flag, or a 1, may turn off something that all models here have.
TEST(NeutralKeys, SwitchesWhoseNeutralPositionIsAnother) {
  expect_refused({{"use_rope", false}, {"is_causal", false}, {"scale_attn_weights", false}, {"no_bias", false}});
  expect_refused({{"gated_mlp", false}, {"do_layer_norm_before", false}});
  expect_refused({{"attention_multiplier", 1.0}, {"query_pre_attn_scalar", 1}, {"scale_depth", 1.0}});
}

}  // namespace
}  // namespace partwise::internal
