// GPT-J: parallel blocks with one norm, and a bias on the logits.
//
//   x = W_E[token]
//   for each block:
//     h = ln1(x)
//     q, k, v  = h W_Q, h W_K, h W_V                       the first d_rotary columns of each head of q and k rotated
//     attn_out = attention(q, k, v) W_O
//     mlp_out  = gelu(h W_in + b_in) W_out + b_out         gelu computed with tanh
//     x += attn_out + mlp_out
//   logits = ln_final(x) W_U + b_U
//
// ln is LayerNorm. The files rotate neighbouring columns, we rotate halves. There are no GGUF files: llama.cpp knows
// the name alone. Reference: Wang and Komatsuzaki, "GPT-J-6B" (2021).

#include <fmt/format.h>

#include "base/json.h"
#include "model/architecture.h"
#include "model/gpt_family.h"

namespace partwise::internal {

namespace {

/// transformers' values for missing keys.
const Json& defaults() {
  static const Json defaults = {{"vocab_size", 50400}, {"n_positions", 2048}, {"n_embd", 4096},
                                {"n_layer", 28},       {"n_head", 16},        {"rotary_dim", 64}};
  return defaults;
}

ModelConfig read_config(const Checkpoint& checkpoint, const std::set<std::string>& allowed) {
  const std::string where = (checkpoint.path() / "config.json").string();
  ConfigReader keys(checkpoint.config(), where, allowed, defaults());
  ModelConfig c;
  c.arch = "gptj";
  read_gpt_sizes(keys, c);
  c.d_rotary = keys.size("rotary_dim");
  c.norm = NormKind::layer;
  c.norm_eps = static_cast<float>(keys.number("layer_norm_epsilon", 1e-5));
  c.parallel_residual = c.shared_norm = true;
  c.initializer_range = keys.number("initializer_range", c.initializer_range);
  c.tied_embeddings = keys.flag("tie_word_embeddings", false);
  c.activation = read_gpt_activation(keys);
  c.gated_mlp = false;
  c.mlp_bias = true;
  // transformers reads neither of these.
  keys.expect("rotary", true, "queries and keys are rotated");
  keys.expect("scale_attn_weights", true, "scores are divided by the root of a head's width");
  keys.refuse_rest();
  return c;
}

void add(std::vector<TensorSpec>& table, const std::string& ours, const Shape& shape, const std::string& in_folder,
         RowOrder rows = RowOrder::same) {
  table.push_back({ours, shape, {in_folder, rows}, {""}});
}

void add_norm(std::vector<TensorSpec>& table, const std::string& ours, std::int64_t width,
              const std::string& in_folder) {
  add(table, ours + ".w", {width}, in_folder + ".weight");
  add(table, ours + ".b", {width}, in_folder + ".bias");
}

void add_layer(std::vector<TensorSpec>& table, const ModelConfig& c, std::int64_t layer) {
  const std::string ours = fmt::format("blocks.{}.", layer), theirs = fmt::format("transformer.h.{}.", layer);
  const std::string attn = ours + "attn.", mlp = ours + "mlp.";
  const Shape square = {c.d_model, c.d_model};
  add_norm(table, ours + "ln1", c.d_model, theirs + "ln_1");
  add(table, attn + "W_Q", square, theirs + "attn.q_proj.weight", RowOrder::interleaved_rotary);
  add(table, attn + "W_K", square, theirs + "attn.k_proj.weight", RowOrder::interleaved_rotary);
  add(table, attn + "W_V", square, theirs + "attn.v_proj.weight");
  add(table, attn + "W_O", square, theirs + "attn.out_proj.weight");
  add(table, mlp + "W_in", {c.d_mlp, c.d_model}, theirs + "mlp.fc_in.weight");
  add(table, mlp + "b_in", {c.d_mlp}, theirs + "mlp.fc_in.bias");
  add(table, mlp + "W_out", {c.d_model, c.d_mlp}, theirs + "mlp.fc_out.weight");
  add(table, mlp + "b_out", {c.d_model}, theirs + "mlp.fc_out.bias");
}

std::vector<TensorSpec> tensors(const ModelConfig& c) {
  std::vector<TensorSpec> table;
  add(table, "embed.W_E", {c.d_vocab, c.d_model}, "transformer.wte.weight");
  for (std::int64_t l = 0; l < c.n_layers; ++l) add_layer(table, c, l);
  add_norm(table, "ln_final", c.d_model, "transformer.ln_f");
  if (!c.tied_embeddings) add(table, "unembed.W_U", {c.d_vocab, c.d_model}, "lm_head.weight");
  add(table, "unembed.b_U", {c.d_vocab}, "lm_head.bias");
  return table;
}

/// The table of sines and cosines that some versions of transformers store.
bool is_neutral_tensor(std::string_view name) { return name.ends_with(".attn.embed_positions"); }

}  // namespace

void register_gptj(std::vector<Architecture>& all) {
  all.push_back({"gptj", {"gptj"}, {}, read_config, tensors, is_neutral_tensor});
}

}  // namespace partwise::internal
