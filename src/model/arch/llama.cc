// Llama 1 to 3.x and similar models (SmolLM2, TinyLlama, ...).
//
//   x = W_E[token]
//   for each block:
//     q, k, v  = ln1(x) W_Q, ln1(x) W_K, ln1(x) W_V      (+ biases), q and k rotated by position
//     attn_out = attention(q, k, v) W_O                   (+ bias)          x += attn_out
//     mlp_out  = (silu(ln2(x) W_gate) * ln2(x) W_in) W_out  (+ biases)      x += mlp_out
//   logits = ln_final(x) W_U
//
// ln is RMSNorm. Reference: Touvron et al., "LLaMA" (2023); rope scaling: Llama 3.1 model card.

#include "model/llama_family.h"

namespace partwise::internal {

namespace {

ModelConfig read_hugging_face(const Checkpoint& checkpoint, const std::set<std::string>& allowed) {
  const std::string where = (checkpoint.path() / "config.json").string();
  ConfigReader keys(checkpoint.config(), where, allowed);
  ModelConfig c = read_hugging_face_sizes(keys);
  c.qkv_bias = c.o_bias = keys.flag("attention_bias", false);
  c.mlp_bias = keys.flag("mlp_bias", false);
  c.rope = read_hugging_face_rope(keys, c.n_ctx);
  expect_no_windows(keys, c);
  expect_silu(keys);
  keys.expect("rope_interleaved", false, "heads are rotated by halves");
  keys.neutral({"is_llama_config"});
  keys.refuse_rest();
  return c;
}

ModelConfig read_config(const Checkpoint& checkpoint, const std::set<std::string>& allowed) {
  ModelConfig c = checkpoint.format() == "gguf" ? read_family_gguf(checkpoint, "llama", allowed)
                                                : read_hugging_face(checkpoint, allowed);
  c.arch = "llama";
  return c;
}

std::vector<TensorSpec> tensors(const ModelConfig& c) {
  // Llama's "post_attention" norm is the one before the MLP.
  return llama_family_tensors(c, FamilyNorms{}, RowOrder::interleaved_rotary);
}

}  // namespace

void register_llama(std::vector<Architecture>& all) {
  all.push_back({"llama", {"llama"}, {"llama"}, read_config, tensors, is_rotary_frequency});
}

}  // namespace partwise::internal
