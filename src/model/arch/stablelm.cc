// StableLM 3B and StableLM 2: Llama's block with LayerNorm, and a share of each head rotated.
//
//   q, k, v = ln1(x) W_Q, W_K, W_V  (+ biases)
//   q_h, k_h = norm(q_h), norm(k_h)      if `qk_layernorm`: LayerNorm over d_head without bias, a gain for each head
//   attn_out = attention(q, k, v) W_O
//   mlp_out  = (silu(h W_gate) * h W_in) W_out    h = ln2(x + attn_out), or ln1(x) if the block is parallel
//   x += attn_out + mlp_out
//
// Reference: Bellagente et al., "Stable LM 2 1.6B Technical Report" (2024).

#include <fmt/format.h>

#include "base/json.h"
#include "model/llama_family.h"

namespace partwise::internal {

namespace {

/// Each head may have tensors of its own, so the table gets as long as the configuration says.
constexpr std::int64_t kMostHeads = 256;

ModelConfig read_hugging_face(const Checkpoint& checkpoint, const std::set<std::string>& allowed) {
  const std::string where = (checkpoint.path() / "config.json").string();
  static const Json defaults = {{"max_position_embeddings", 4096}, {"num_key_value_heads", 32}};
  ConfigReader keys(checkpoint.config(), where, allowed, defaults);
  ModelConfig c = read_hugging_face_sizes(keys);
  if (c.n_heads > kMostHeads) keys.fail("num_attention_heads", fmt::format("is {}, which is too many", c.n_heads));
  c.norm_eps = static_cast<float>(keys.number("layer_norm_eps", 1e-5));
  c.shared_norm = keys.flag("use_parallel_residual", false);
  c.qkv_bias = keys.flag("use_qkv_bias", false);
  if (keys.flag("qk_layernorm", false)) c.qk_norm = QkNorm::each_head;
  const RopeSurroundings around = read_rope_surroundings(keys, "rope_theta", 10000.0, c.n_ctx);
  read_partial_rope(keys, around, "partial_rotary_factor", 0.25, c);
  expect_no_windows(keys, c);
  expect_silu(keys);
  keys.expect("head_dim", c.d_model / c.n_heads, "heads share the width of the model");
  keys.refuse_rest();
  return c;
}

/// Converters write `use_parallel_residual` also for models whose configuration does not have it and whose blocks are
/// not parallel. As in llama.cpp, the tensors tell.
ModelConfig read_gguf(const Checkpoint& checkpoint, const std::set<std::string>& allowed) {
  const Json own = gguf_keys(checkpoint, "stablelm");
  ConfigReader keys(own, checkpoint.path().string(), allowed);
  ModelConfig c = read_gguf_sizes(keys, "stablelm", checkpoint);
  if (c.n_heads > kMostHeads) keys.fail("stablelm.attention.head_count", "is too large");
  c.norm_eps = static_cast<float>(keys.number("stablelm.attention.layer_norm_epsilon"));
  c.shared_norm = !checkpoint.tensors().contains("blk.0.ffn_norm.weight");
  if (checkpoint.tensors().contains("blk.0.attn_q_norm.weight")) c.qk_norm = QkNorm::each_head;
  keys.neutral({"stablelm.use_parallel_residual"});
  keys.refuse_rest();
  return c;
}

ModelConfig read_config(const Checkpoint& checkpoint, const std::set<std::string>& allowed) {
  ModelConfig c =
      checkpoint.format() == "gguf" ? read_gguf(checkpoint, allowed) : read_hugging_face(checkpoint, allowed);
  c.arch = "stablelm";
  c.norm = NormKind::layer;
  c.parallel_residual = c.shared_norm;
  return c;
}

std::vector<TensorSpec> tensors(const ModelConfig& c) {
  FamilyNorms norms;
  if (c.shared_norm) norms.ln2 = {};
  return llama_family_tensors(c, norms, RowOrder::same);
}

}  // namespace

void register_stablelm(std::vector<Architecture>& all) {
  all.push_back({"stablelm", {"stablelm"}, {"stablelm"}, read_config, tensors, is_rotary_frequency});
}

}  // namespace partwise::internal
