// gpt-oss: experts in every layer, biases everywhere, a window in every other layer, and a sink for each head.
//
//   z_h     = sum_s softmax_s([scores; sink_h]) v_s       the sink takes its share, and adds nothing
//   r       = W_router h + b_router, h = ln2(x);  p = softmax of the k largest
//   mlp_out = sum over these experts e of p_e (W_out,e ((1 + in_e) * gate_e sigmoid(1.702 gate_e)) + b_out,e)
//             with gate at most 7 and in within -7 and 7
//
// Heads are rotated with YaRN, whose blend is not rounded to whole pairs. Reference: OpenAI, "gpt-oss-120b &
// gpt-oss-20b Model Card" (2025).

#include "base/json.h"
#include "model/expert_keys.h"
#include "model/llama_family.h"

namespace partwise::internal {

namespace {

std::vector<bool> every_other(std::int64_t n_layers) {
  std::vector<bool> sliding;
  for (std::int64_t l = 0; l < n_layers; ++l) sliding.push_back(l % 2 == 0);
  return sliding;
}

RopeConfig read_rope(ConfigReader& keys, std::int64_t context) {
  if (!keys.has("rope_parameters") && !keys.has("rope_scaling"))
    keys.fail("rope_scaling", "is missing: this architecture scales its rotary embedding");
  const RopeSurroundings around = read_rope_surroundings(keys, "rope_theta", 150000.0, context);
  return read_either_spelling(keys, [&](ConfigReader& object) { return read_rope_object(object, around); });
}

ModelConfig read_hugging_face(const Checkpoint& checkpoint, const std::set<std::string>& allowed) {
  const std::string where = (checkpoint.path() / "config.json").string();
  static const Json defaults = {
      {"max_position_embeddings", 131072}, {"rms_norm_eps", 1e-5},    {"num_attention_heads", 64},
      {"num_key_value_heads", 8},          {"head_dim", 64},          {"sliding_window", 128},
      {"num_experts_per_tok", 4},          {"num_local_experts", 128}};
  ConfigReader keys(checkpoint.config(), where, allowed, defaults);
  ModelConfig c = read_hugging_face_sizes(keys);
  c.qkv_bias = c.o_bias = keys.flag("attention_bias", true);
  c.rope = read_rope(keys, c.n_ctx);
  keys.expect("initial_context_length", c.rope.original_context, "the original context of YaRN");
  const std::vector<bool> named = read_layer_types(keys, c.n_layers);
  if (keys.has("sliding_window"))
    set_windows(c, named.empty() ? every_other(c.n_layers) : named, keys.size("sliding_window"));
  c.experts = read_experts(keys, c, {"num_local_experts", "intermediate_size"});
  keys.expect("experts_per_token", c.experts->n_used, "'num_experts_per_tok' says the same");
  c.experts->mxfp4 = checkpoint.tensors().contains("model.layers.0.mlp.experts.down_proj_blocks");
  c.fused_gate = true;
  keys.expect("swiglu_limit", double{kSwigluLimit}, "the limit of this activation");
  keys.expect("swiglu_alpha", 1.702, "the slope of this activation");
  expect_silu(keys);
  keys.refuse_rest();
  return c;
}

ModelConfig read_gguf(const Checkpoint& checkpoint, const std::set<std::string>& allowed) {
  const Json own = gguf_keys(checkpoint, "gpt-oss");
  ConfigReader keys(own, checkpoint.path().string(), allowed);
  ModelConfig c = read_gguf_sizes(keys, "gpt-oss", checkpoint);
  set_windows(c, every_other(c.n_layers), keys.size("gpt-oss.attention.sliding_window"));
  c.rope.truncate = false;  // the file does not say; llama.cpp rounds
  keys.refuse_rest();
  return c;
}

ModelConfig read_config(const Checkpoint& checkpoint, const std::set<std::string>& allowed) {
  ModelConfig c =
      checkpoint.format() == "gguf" ? read_gguf(checkpoint, allowed) : read_hugging_face(checkpoint, allowed);
  c.arch = "gpt_oss";
  c.sinks = true;
  c.mlp_bias = true;
  c.activation = Activation::clamped_swiglu;
  if (c.experts) c.experts->router_bias = true;
  return c;
}

std::vector<TensorSpec> tensors(const ModelConfig& c) {
  return llama_family_tensors(
      c, {.ln2 = {"post_attention_layernorm", "post_attention_norm"}}, RowOrder::same,
      {.router = "mlp.router", .stacked = true, .transposed = true, .gate_in_rows = RowOrder::interleaved_gate});
}

}  // namespace

void register_gpt_oss(std::vector<Architecture>& all) {
  all.push_back({"gpt_oss", {"gpt_oss"}, {"gpt-oss"}, read_config, tensors, is_rotary_frequency});
}

}  // namespace partwise::internal
