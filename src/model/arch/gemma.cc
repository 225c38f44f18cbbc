// Gemma 1: Llama's block with a scaled embedding and gated GELU.
//
//   x = sqrt(d_model) W_E[token]
//   for each block:
//     x += attention(ln1(x)) W_O
//     x += (gelu(ln2(x) W_gate) * ln2(x) W_in) W_out       gelu computed with tanh
//   logits = ln_final(x) W_E^T
//
// Norms multiply by 1 + gamma: Hugging Face's files hold gamma, GGUF files the sum. Reference: Gemma Team, "Gemma: Open
// Models Based on Gemini Research and Technology" (2024).

#include "base/json.h"
#include "model/gemma_family.h"

namespace partwise::internal {

namespace {

const Json& defaults() {
  static const Json defaults = {{"head_dim", 256},
                                {"hidden_size", 3072},
                                {"intermediate_size", 24576},
                                {"max_position_embeddings", 8192},
                                {"num_attention_heads", 16},
                                {"num_hidden_layers", 28},
                                {"num_key_value_heads", 16},
                                {"tie_word_embeddings", true},
                                {"vocab_size", 256000}};
  return defaults;
}

ModelConfig read_hugging_face(const Checkpoint& checkpoint, const std::set<std::string>& allowed) {
  const std::string where = (checkpoint.path() / "config.json").string();
  ConfigReader keys(checkpoint.config(), where, allowed, defaults());
  ModelConfig c = read_hugging_face_sizes(keys);
  c.qkv_bias = c.o_bias = keys.flag("attention_bias", false);
  c.rope = read_hugging_face_rope(keys, c.n_ctx);
  expect_no_windows(keys, c);
  if (keys.text("hidden_act", "gelu") != "gelu") expect_tanh_gelu(keys, "hidden_act");  // "gelu" means this form
  if (keys.text("hidden_activation", "gelu") != "gelu") expect_tanh_gelu(keys, "hidden_activation");
  keys.expect("use_bidirectional_attention", false, "tokens see what is before them");
  keys.refuse_rest();
  return c;
}

ModelConfig read_config(const Checkpoint& checkpoint, const std::set<std::string>& allowed) {
  return as_gemma(checkpoint.format() == "gguf" ? read_family_gguf(checkpoint, "gemma", allowed)
                                                : read_hugging_face(checkpoint, allowed),
                  "gemma");
}

}  // namespace

void register_gemma(std::vector<Architecture>& all) {
  all.push_back({"gemma", {"gemma"}, {"gemma"}, read_config, gemma_tensors, is_rotary_frequency});
}

}  // namespace partwise::internal
