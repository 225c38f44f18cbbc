// GPT-2: learned positions, and nothing that rotates.
//
//   x = W_E[token] + W_pos[position]
//   for each block:
//     q, k, v = ln1(x) W_QKV + b_QKV
//     x += attention(q, k, v) W_O + b_O
//     x += gelu(ln2(x) W_in + b_in) W_out + b_out          gelu computed with tanh
//   logits = ln_final(x) W_E^T
//
// ln is LayerNorm. Hugging Face's files hold every matrix transposed. Reference: Radford et al., "Language Models are
// Unsupervised Multitask Learners" (2019).

#include <fmt/format.h>

#include <cmath>

#include "base/json.h"
#include "model/gpt_family.h"
#include "model/llama_family.h"

namespace partwise::internal {

namespace {

/// transformers' values for missing keys.
const Json& defaults() {
  static const Json defaults = {{"vocab_size", 50257}, {"n_positions", 1024}, {"n_embd", 768},
                                {"n_layer", 12},       {"n_head", 12},        {"tie_word_embeddings", true}};
  return defaults;
}

ModelConfig read_hugging_face(const Checkpoint& checkpoint, const std::set<std::string>& allowed) {
  const std::string where = (checkpoint.path() / "config.json").string();
  ConfigReader keys(checkpoint.config(), where, allowed, defaults());
  ModelConfig c;
  read_gpt_sizes(keys, c);
  c.norm_eps = static_cast<float>(keys.number("layer_norm_epsilon", 1e-5));
  c.initializer_range = keys.number("initializer_range", c.initializer_range);
  c.tied_embeddings = keys.flag("tie_word_embeddings", true);
  c.activation = read_gpt_activation(keys);
  if (!keys.flag("scale_attn_weights", true)) c.attn_scale = 1;
  c.attn_scale_by_layer = keys.flag("scale_attn_by_inverse_layer_idx", false);
  keys.expect("add_cross_attention", false, "there is no text beside the prompt to look at");
  keys.neutral({"reorder_and_upcast_attn"});  // another order of the same computation
  keys.refuse_rest();
  return c;
}

ModelConfig read_gguf(const Checkpoint& checkpoint, const std::set<std::string>& allowed) {
  const Json own = gguf_keys(checkpoint, "gpt2");
  ConfigReader keys(own, checkpoint.path().string(), allowed);
  ModelConfig c = read_gguf_sizes(keys, "gpt2", checkpoint);
  c.norm_eps = static_cast<float>(keys.number("gpt2.attention.layer_norm_epsilon"));
  c.activation = Activation::gelu_tanh;
  keys.refuse_rest();
  return c;
}

ModelConfig read_config(const Checkpoint& checkpoint, const std::set<std::string>& allowed) {
  ModelConfig c =
      checkpoint.format() == "gguf" ? read_gguf(checkpoint, allowed) : read_hugging_face(checkpoint, allowed);
  c.arch = "gpt2";
  c.norm = NormKind::layer;
  c.learned_positions = true;
  c.unrotated.assign(static_cast<std::size_t>(c.n_layers), true);
  c.gated_mlp = false;
  c.fused_qkv = c.qkv_bias = c.o_bias = c.mlp_bias = true;
  return c;
}

void add(std::vector<TensorSpec>& table, const std::string& weight, const std::string& bias, const Shape& shape,
         const std::string& hugging_face, const std::string& gguf) {
  InFile in_folder(hugging_face + ".weight");
  in_folder.transposed = shape.size() == 2;
  table.push_back({weight, shape, in_folder, gguf + ".weight"});
  table.push_back({bias, {shape[0]}, hugging_face + ".bias", gguf + ".bias"});
}

std::vector<TensorSpec> tensors(const ModelConfig& c) {
  const Shape norm = {c.d_model};
  std::vector<TensorSpec> table;
  table.push_back({"embed.W_E", {c.d_vocab, c.d_model}, {"transformer.wte.weight"}, {"token_embd.weight"}});
  table.push_back({"pos_embed.W_pos", {c.n_ctx, c.d_model}, {"transformer.wpe.weight"}, {"position_embd.weight"}});
  for (std::int64_t l = 0; l < c.n_layers; ++l) {
    const std::string ours = fmt::format("blocks.{}.", l), attn = ours + "attn.", mlp = ours + "mlp.";
    const std::string hf = fmt::format("transformer.h.{}.", l), gguf = fmt::format("blk.{}.", l);
    add(table, ours + "ln1.w", ours + "ln1.b", norm, hf + "ln_1", gguf + "attn_norm");
    add(table, attn + "W_QKV", attn + "b_QKV", {3 * c.d_model, c.d_model}, hf + "attn.c_attn", gguf + "attn_qkv");
    add(table, attn + "W_O", attn + "b_O", {c.d_model, c.d_model}, hf + "attn.c_proj", gguf + "attn_output");
    add(table, ours + "ln2.w", ours + "ln2.b", norm, hf + "ln_2", gguf + "ffn_norm");
    add(table, mlp + "W_in", mlp + "b_in", {c.d_mlp, c.d_model}, hf + "mlp.c_fc", gguf + "ffn_up");
    add(table, mlp + "W_out", mlp + "b_out", {c.d_model, c.d_mlp}, hf + "mlp.c_proj", gguf + "ffn_down");
  }
  add(table, "ln_final.w", "ln_final.b", norm, "transformer.ln_f", "output_norm");
  if (!c.tied_embeddings)
    table.push_back({"unembed.W_U", {c.d_vocab, c.d_model}, {"lm_head.weight"}, {"output.weight"}});
  return table;
}

}  // namespace

void register_gpt2(std::vector<Architecture>& all) {
  all.push_back({"gpt2", {"gpt2"}, {"gpt2"}, read_config, tensors, [](std::string_view) { return false; }});
}

}  // namespace partwise::internal
