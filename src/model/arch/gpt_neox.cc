// GPT-NeoX: Pythia and GPT-NeoX-20B.
//
//   x = W_E[token]
//   for each block:
//     q, k, v  = ln1(x) W_QKV + b_QKV                      the first d_rotary of each head's columns of q and k rotated
//     attn_out = attention(q, k, v) W_O + b_O
//     mlp_out  = gelu(ln2(x) W_in + b_in) W_out + b_out    parallel: of the same x; else of x + attn_out
//     x += attn_out + mlp_out
//   logits = ln_final(x) W_U
//
// ln is LayerNorm, gelu the exact one. Reference: Black et al., "GPT-NeoX-20B" (2022); Biderman et al., "Pythia"
// (2023).

#include <fmt/format.h>

#include <cmath>

#include "base/json.h"
#include "model/llama_family.h"

namespace partwise::internal {

namespace {

Activation read_activation(ConfigReader& keys) {
  const std::string name = keys.text("hidden_act", "gelu");
  if (name == "gelu" || name == "gelu_python") return Activation::gelu;
  if (is_tanh_gelu(name)) return Activation::gelu_tanh;
  keys.fail("hidden_act", fmt::format("is '{}', which is not supported", name));
}

/// Base and rotated share, in both spellings.
void read_rope(ConfigReader& keys, ModelConfig& c) {
  const RopeSurroundings around = read_rope_surroundings(keys, "rotary_emb_base", 10000.0, c.n_ctx);
  const double share = read_partial_rope(keys, around, "rotary_pct", 0.25, c);
  // transformers writes these as well, but reads neither.
  keys.expect("partial_rotary_factor", share, "the share is 'rotary_pct'");
  keys.expect("rope_theta", c.rope.theta, "the base is 'rotary_emb_base'");
}

ModelConfig read_hugging_face(const Checkpoint& checkpoint, const std::set<std::string>& allowed) {
  const std::string where = (checkpoint.path() / "config.json").string();
  ConfigReader keys(checkpoint.config(), where, allowed);
  ModelConfig c = read_hugging_face_sizes(keys);
  c.norm_eps = static_cast<float>(keys.number("layer_norm_eps", 1e-5));
  c.parallel_residual = keys.flag("use_parallel_residual", true);
  c.qkv_bias = c.o_bias = keys.flag("attention_bias", true);
  c.mlp_bias = true;
  c.activation = read_activation(keys);
  read_rope(keys, c);
  expect_no_windows(keys, c);
  keys.expect("num_key_value_heads", c.n_heads, "every head has its own keys");
  keys.expect("head_dim", c.d_model / c.n_heads, "heads share the width of the model");
  keys.refuse_rest();
  return c;
}

/// The file does not have the rotary base. Its W_QKV is already sorted into q, k and v.
ModelConfig read_gguf(const Checkpoint& checkpoint, const std::set<std::string>& allowed) {
  const Json own = gguf_keys(checkpoint, "gptneox");
  ConfigReader keys(own, checkpoint.path().string(), allowed);
  ModelConfig c = read_gguf_sizes(keys, "gptneox", checkpoint);
  c.norm_eps = static_cast<float>(keys.number("gptneox.attention.layer_norm_epsilon"));
  c.parallel_residual = keys.flag("gptneox.use_parallel_residual", true);
  c.activation = Activation::gelu;
  keys.refuse_rest();
  return c;
}

ModelConfig read_config(const Checkpoint& checkpoint, const std::set<std::string>& allowed) {
  ModelConfig c =
      checkpoint.format() == "gguf" ? read_gguf(checkpoint, allowed) : read_hugging_face(checkpoint, allowed);
  c.arch = "gpt_neox";
  c.norm = NormKind::layer;
  c.gated_mlp = false;
  c.fused_qkv = true;
  return c;
}

/// A weight and, if there is one, its bias.
void add(std::vector<TensorSpec>& table, const std::string& weight, const std::string& bias, const Shape& shape,
         const std::string& hugging_face, const std::string& gguf, bool has_bias = true,
         RowOrder rows = RowOrder::same) {
  table.push_back({weight, shape, {hugging_face + ".weight", rows}, gguf + ".weight"});
  if (has_bias) table.push_back({bias, {shape[0]}, {hugging_face + ".bias", rows}, gguf + ".bias"});
}

std::vector<TensorSpec> tensors(const ModelConfig& c) {
  const Shape norm = {c.d_model};
  std::vector<TensorSpec> table;
  table.push_back({"embed.W_E", {c.d_vocab, c.d_model}, {"gpt_neox.embed_in.weight"}, {"token_embd.weight"}});
  for (std::int64_t l = 0; l < c.n_layers; ++l) {
    const std::string ours = fmt::format("blocks.{}.", l), attn = ours + "attn.", mlp = ours + "mlp.";
    const std::string hf = fmt::format("gpt_neox.layers.{}.", l), gguf = fmt::format("blk.{}.", l);
    add(table, ours + "ln1.w", ours + "ln1.b", norm, hf + "input_layernorm", gguf + "attn_norm");
    add(table, attn + "W_QKV", attn + "b_QKV", {3 * c.n_heads * c.d_head, c.d_model}, hf + "attention.query_key_value",
        gguf + "attn_qkv", c.qkv_bias, RowOrder::interleaved_qkv);
    add(table, attn + "W_O", attn + "b_O", {c.d_model, c.n_heads * c.d_head}, hf + "attention.dense",
        gguf + "attn_output", c.o_bias);
    add(table, ours + "ln2.w", ours + "ln2.b", norm, hf + "post_attention_layernorm", gguf + "ffn_norm");
    add(table, mlp + "W_in", mlp + "b_in", {c.d_mlp, c.d_model}, hf + "mlp.dense_h_to_4h", gguf + "ffn_up", c.mlp_bias);
    add(table, mlp + "W_out", mlp + "b_out", {c.d_model, c.d_mlp}, hf + "mlp.dense_4h_to_h", gguf + "ffn_down",
        c.mlp_bias);
  }
  add(table, "ln_final.w", "ln_final.b", norm, "gpt_neox.final_layer_norm", "output_norm");
  if (!c.tied_embeddings)
    table.push_back({"unembed.W_U", {c.d_vocab, c.d_model}, {"embed_out.weight"}, {"output.weight"}});
  return table;
}

/// The causal mask, its fill value and the rotary frequencies, which older files have.
bool is_neutral_tensor(std::string_view name) {
  return name.ends_with(".attention.bias") || name.ends_with(".attention.masked_bias") || is_rotary_frequency(name);
}

}  // namespace

void register_gpt_neox(std::vector<Architecture>& all) {
  all.push_back({"gpt_neox", {"gpt_neox"}, {"gptneox"}, read_config, tensors, is_neutral_tensor});
}

}  // namespace partwise::internal
