// OLMo 2: no norm before a block, but a norm of what the block adds.
//
//   for each block:
//     q, k, v  = q_norm(x W_Q), k_norm(x W_K), x W_V     RMSNorm over all heads together; then q and k are rotated
//     x += ln1_post(attention(q, k, v) W_O)
//     x += ln2_post((silu(x W_gate) * x W_in) W_out)
//   logits = ln_final(x) W_U
//
// Reference: OLMo Team, "2 OLMo 2 Furious" (2024).

#include "base/json.h"
#include "model/llama_family.h"
#include "model/olmo_family.h"

namespace partwise::internal {

namespace {

ModelConfig read_hugging_face(const Checkpoint& checkpoint, const std::set<std::string>& allowed) {
  const std::string where = (checkpoint.path() / "config.json").string();
  static const Json defaults = {{"rms_norm_eps", 1e-5}};
  ConfigReader keys(checkpoint.config(), where, allowed, defaults);
  ModelConfig c = read_hugging_face_sizes(keys);
  c.qkv_bias = c.o_bias = keys.flag("attention_bias", false);
  c.rope = read_hugging_face_rope(keys, c.n_ctx);
  expect_no_windows(keys, c);
  expect_silu(keys);
  keys.refuse_rest();
  return c;
}

/// A file with a window is OLMo 3's. Its layers with a window are not scaled to long contexts.
ModelConfig read_gguf(const Checkpoint& checkpoint, const std::set<std::string>& allowed) {
  constexpr std::int64_t kPattern = 4;  // every fourth layer has no window
  const Json own = gguf_keys(checkpoint, "olmo2");
  ConfigReader keys(own, checkpoint.path().string(), allowed);
  ModelConfig c = read_gguf_sizes(keys, "olmo2", checkpoint);
  const std::string window = "olmo2.attention.sliding_window";
  const std::vector<bool> sliding = read_gguf_sliding(keys, window + "_pattern", c.n_layers, kPattern);
  if (keys.has(window)) {
    set_windows(c, sliding, keys.size(window));
    c.local_rope = RopeConfig{.theta = keys.number("olmo2.rope.freq_base_swa", c.rope.theta)};
  }
  keys.expect("olmo2.rope.dimension_count", c.d_head, "heads are rotated whole");
  keys.refuse_rest();
  return c;
}

ModelConfig read_config(const Checkpoint& checkpoint, const std::set<std::string>& allowed) {
  return as_olmo(
      checkpoint.format() == "gguf" ? read_gguf(checkpoint, allowed) : read_hugging_face(checkpoint, allowed), "olmo2");
}

}  // namespace

std::vector<TensorSpec> olmo_tensors(const ModelConfig& c) {
  return llama_family_tensors(c,
                              {.ln1_post = {"post_attention_layernorm", "post_attention_norm"},
                               .ln2_post = {"post_feedforward_layernorm", "post_ffw_norm"}},
                              RowOrder::same);
}

void register_olmo2(std::vector<Architecture>& all) {
  all.push_back({"olmo2", {"olmo2"}, {"olmo2"}, read_config, olmo_tensors, is_rotary_frequency});
}

}  // namespace partwise::internal
