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

#include <cmath>

#include "base/json.h"
#include "model/llama_family.h"

namespace partwise::internal {

namespace {

/// The first files say "gelu", and mean the form with tanh, as transformers does.
void expect_tanh_gelu(ConfigReader& keys) {
  for (const char* key : {"hidden_activation", "hidden_act"}) {
    const std::string name = keys.text(key, "gelu");
    if (name != "gelu" && !is_tanh_gelu(name)) keys.expect(key, "gelu_pytorch_tanh", "the activation of Gemma");
  }
}

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
  expect_tanh_gelu(keys);
  keys.expect("use_bidirectional_attention", false, "tokens see what is before them");
  keys.refuse_rest();
  return c;
}

ModelConfig read_config(const Checkpoint& checkpoint, const std::set<std::string>& allowed) {
  ModelConfig c = checkpoint.format() == "gguf" ? read_family_gguf(checkpoint, "gemma", allowed)
                                                : read_hugging_face(checkpoint, allowed);
  c.arch = "gemma";
  c.embed_scale = std::sqrt(static_cast<float>(c.d_model));
  c.activation = Activation::gelu_tanh;
  return c;
}

std::vector<TensorSpec> tensors(const ModelConfig& c) {
  auto table = llama_family_tensors(c, FamilyNorms{}, RowOrder::same);
  for (TensorSpec& spec : table)
    if (spec.name.ends_with(".w")) spec.hugging_face.offset = 1.0f;
  return table;
}

}  // namespace

void register_gemma(std::vector<Architecture>& all) {
  all.push_back({"gemma", {"gemma"}, {"gemma"}, read_config, tensors, is_rotary_frequency});
}

}  // namespace partwise::internal
