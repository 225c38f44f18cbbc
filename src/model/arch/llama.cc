// Llama 1 to 3.x and its kin (SmolLM2, TinyLlama, ...).
//
//   x = W_E[token]
//   for each block:
//     q, k, v  = ln1(x) W_Q, ln1(x) W_K, ln1(x) W_V      (+ biases), q and k rotated by position
//     attn_out = attention(q, k, v) W_O                   (+ bias)          x += attn_out
//     mlp_out  = (silu(ln2(x) W_gate) * ln2(x) W_in) W_out  (+ biases)      x += mlp_out
//   logits = ln_final(x) W_U
//
// ln is RMSNorm. Reference: Touvron et al., "LLaMA" (2023); rope scaling: Llama 3.1 model card.

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "model/arch/architecture.h"
#include "model/config_reader.h"

namespace partwise {

namespace {

/// The scaling part of a rope object, in both spellings ("rope_type", older "type").
void read_rope_scaling(ConfigReader& keys, RopeConfig& rope) {
  rope.type = keys.text("rope_type", keys.text("type", "default"));
  if (rope.type == "linear" || rope.type == "llama3") rope.factor = keys.number("factor");
  if (rope.type == "llama3") {
    rope.low_freq_factor = keys.number("low_freq_factor");
    rope.high_freq_factor = keys.number("high_freq_factor");
    rope.original_context = keys.size("original_max_position_embeddings");
  }
}

RopeConfig read_rope(ConfigReader& keys, const std::string& where, const std::set<std::string>& allowed) {
  RopeConfig rope;
  const bool current = keys.has("rope_parameters");
  const double old_theta = keys.number("rope_theta", 10000.0);
  const Json& old_scaling = keys.object("rope_scaling");
  ConfigReader nested(current ? keys.object("rope_parameters") : old_scaling,
                      where + (current ? " rope_parameters" : " rope_scaling"), allowed);
  rope.theta = current ? nested.number("rope_theta", old_theta) : old_theta;
  read_rope_scaling(nested, rope);
  nested.refuse_rest();
  return rope;
}

ModelConfig read_hugging_face(const Checkpoint& checkpoint, const std::set<std::string>& allowed) {
  const std::string where = (checkpoint.path() / "config.json").string();
  ConfigReader keys(checkpoint.config(), where, allowed);
  ModelConfig c;
  c.n_layers = keys.size("num_hidden_layers");
  c.n_heads = keys.size("num_attention_heads");
  c.n_kv_heads = keys.size("num_key_value_heads", c.n_heads);
  c.d_model = keys.size("hidden_size");
  c.d_head = keys.size("head_dim", std::max<std::int64_t>(1, c.d_model / c.n_heads));
  c.d_mlp = keys.size("intermediate_size");
  c.d_vocab = keys.size("vocab_size");
  c.n_ctx = keys.size("max_position_embeddings", 2048);
  c.norm_eps = static_cast<float>(keys.number("rms_norm_eps", 1e-6));
  c.tied_embeddings = keys.flag("tie_word_embeddings", false);
  c.attention_bias = keys.flag("attention_bias", false);
  c.mlp_bias = keys.flag("mlp_bias", false);
  c.rope = read_rope(keys, where, allowed);
  keys.expect("hidden_act", "silu", "the activation of Llama");
  keys.expect("rope_interleaved", false, "heads are rotated by halves");
  keys.neutral({"architectures", "model_type", "attention_dropout", "bos_token_id", "eos_token_id", "pad_token_id",
                "dtype", "torch_dtype", "initializer_range", "pretraining_tp", "transformers_version", "use_cache",
                "_name_or_path", "is_llama_config", "transformers.js_config", "max_length",
                "_attn_implementation_autoset"});
  keys.refuse_rest();
  return c;
}

/// GGUF gives Llama 3's scaling as a tensor of divisors, linear scaling as keys.
void read_gguf_rope(ConfigReader& keys, const Checkpoint& checkpoint, ModelConfig& c) {
  c.rope.theta = keys.number("llama.rope.freq_base", 10000.0);
  const std::string scaling = keys.text("llama.rope.scaling.type", "none");
  if (scaling != "none") c.rope.type = scaling;
  if (scaling == "linear") c.rope.factor = keys.number("llama.rope.scaling.factor");
  keys.neutral({"llama.rope.scaling.original_context_length"});
  if (keys.size("llama.rope.dimension_count", c.d_head) != c.d_head)
    throw Error(ErrorCode::bad_data,
                fmt::format("{}: 'llama.rope.dimension_count' differs from the width of a head, {}; "
                            "partial rotary embeddings are not supported",
                            checkpoint.path().string(), c.d_head));
  auto divisors = checkpoint.tensors().find("rope_freqs.weight");
  if (divisors == checkpoint.tensors().end()) return;
  if (divisors->second.shape != Shape{c.d_head / 2})
    throw Error(ErrorCode::bad_data,
                fmt::format("{}: tensor 'rope_freqs.weight' has shape {}, expected [{}]", checkpoint.path().string(),
                            to_string(divisors->second.shape), c.d_head / 2));
  c.rope.divisors.resize(static_cast<std::size_t>(c.d_head / 2));
  dequantize(divisors->second, 0, c.rope.divisors);
}

ModelConfig read_gguf(const Checkpoint& checkpoint, const std::set<std::string>& allowed) {
  // Only the architecture's own keys can change the result; the others describe the file.
  Json own = Json::object();
  for (const auto& [key, value] : checkpoint.config().items())
    if (key.starts_with("llama.")) own[key] = value;
  ConfigReader keys(own, checkpoint.path().string(), allowed);
  const auto has_tensor = [&](const char* name) { return checkpoint.tensors().contains(name); };
  ModelConfig c;
  c.n_layers = keys.size("llama.block_count");
  c.n_heads = keys.size("llama.attention.head_count");
  c.n_kv_heads = keys.size("llama.attention.head_count_kv", c.n_heads);
  c.d_model = keys.size("llama.embedding_length");
  c.d_head = keys.size("llama.attention.key_length", std::max<std::int64_t>(1, c.d_model / c.n_heads));
  keys.expect("llama.attention.value_length", c.d_head, "keys and values are equally wide");
  c.d_mlp = keys.size("llama.feed_forward_length");
  c.n_ctx = keys.size("llama.context_length");
  c.norm_eps = static_cast<float>(keys.number("llama.attention.layer_norm_rms_epsilon"));
  c.tied_embeddings = !has_tensor("output.weight");
  c.attention_bias = has_tensor("blk.0.attn_q.bias");
  c.mlp_bias = has_tensor("blk.0.ffn_down.bias");
  read_gguf_rope(keys, checkpoint, c);
  if (auto it = checkpoint.tensors().find("token_embd.weight");
      it != checkpoint.tensors().end() && !it->second.shape.empty())
    c.d_vocab = it->second.shape[0];
  keys.expect("llama.vocab_size", c.d_vocab, "the rows of token_embd.weight");
  keys.expect("llama.expert_count", 0, "mixtures of experts are not supported");
  keys.expect("llama.expert_used_count", 0, "mixtures of experts are not supported");
  keys.refuse_rest();
  return c;
}

ModelConfig read_config(const Checkpoint& checkpoint, const std::set<std::string>& allow_unknown) {
  ModelConfig c = checkpoint.format() == "gguf" ? read_gguf(checkpoint, allow_unknown)
                                                : read_hugging_face(checkpoint, allow_unknown);
  c.arch = "llama";
  return c;
}

void add_attention(std::vector<TensorSpec>& table, const ModelConfig& c, std::int64_t layer) {
  const std::string block = fmt::format("blocks.{}.attn.", layer);
  const std::string hf = fmt::format("model.layers.{}.self_attn.", layer);
  const std::string gguf = fmt::format("blk.{}.attn_", layer);
  const std::int64_t n_q = c.n_heads * c.d_head, n_kv = c.n_kv_heads * c.d_head;
  const auto rotary = GgufRows::interleaved_rotary;
  table.push_back({block + "W_Q", {n_q, c.d_model}, hf + "q_proj.weight", gguf + "q.weight", rotary});
  table.push_back({block + "W_K", {n_kv, c.d_model}, hf + "k_proj.weight", gguf + "k.weight", rotary});
  table.push_back({block + "W_V", {n_kv, c.d_model}, hf + "v_proj.weight", gguf + "v.weight"});
  table.push_back({block + "W_O", {c.d_model, n_q}, hf + "o_proj.weight", gguf + "output.weight"});
  if (!c.attention_bias) return;
  table.push_back({block + "b_Q", {n_q}, hf + "q_proj.bias", gguf + "q.bias", rotary});
  table.push_back({block + "b_K", {n_kv}, hf + "k_proj.bias", gguf + "k.bias", rotary});
  table.push_back({block + "b_V", {n_kv}, hf + "v_proj.bias", gguf + "v.bias"});
  table.push_back({block + "b_O", {c.d_model}, hf + "o_proj.bias", gguf + "output.bias"});
}

void add_mlp(std::vector<TensorSpec>& table, const ModelConfig& c, std::int64_t layer) {
  const std::string block = fmt::format("blocks.{}.mlp.", layer);
  const std::string hf = fmt::format("model.layers.{}.mlp.", layer);
  const std::string gguf = fmt::format("blk.{}.ffn_", layer);
  table.push_back({block + "W_gate", {c.d_mlp, c.d_model}, hf + "gate_proj.weight", gguf + "gate.weight"});
  table.push_back({block + "W_in", {c.d_mlp, c.d_model}, hf + "up_proj.weight", gguf + "up.weight"});
  table.push_back({block + "W_out", {c.d_model, c.d_mlp}, hf + "down_proj.weight", gguf + "down.weight"});
  if (!c.mlp_bias) return;
  table.push_back({block + "b_gate", {c.d_mlp}, hf + "gate_proj.bias", gguf + "gate.bias"});
  table.push_back({block + "b_in", {c.d_mlp}, hf + "up_proj.bias", gguf + "up.bias"});
  table.push_back({block + "b_out", {c.d_model}, hf + "down_proj.bias", gguf + "down.bias"});
}

std::vector<TensorSpec> tensors(const ModelConfig& c) {
  std::vector<TensorSpec> table;
  table.push_back({"embed.W_E", {c.d_vocab, c.d_model}, "model.embed_tokens.weight", "token_embd.weight"});
  for (std::int64_t l = 0; l < c.n_layers; ++l) {
    const std::string block = fmt::format("blocks.{}.", l);
    const std::string hf = fmt::format("model.layers.{}.", l);
    const std::string gguf = fmt::format("blk.{}.", l);
    table.push_back({block + "ln1.w", {c.d_model}, hf + "input_layernorm.weight", gguf + "attn_norm.weight"});
    add_attention(table, c, l);
    // Llama's "post_attention" norm is the one before the MLP.
    table.push_back({block + "ln2.w", {c.d_model}, hf + "post_attention_layernorm.weight", gguf + "ffn_norm.weight"});
    add_mlp(table, c, l);
  }
  table.push_back({"ln_final.w", {c.d_model}, "model.norm.weight", "output_norm.weight"});
  if (!c.tied_embeddings) table.push_back({"unembed.W_U", {c.d_vocab, c.d_model}, "lm_head.weight", "output.weight"});
  return table;
}

bool is_neutral_tensor(std::string_view name) {
  return name.ends_with(".rotary_emb.inv_freq") ||
         name == "rope_freqs.weight";  // the latter is read with the configuration
}

const RegisterArchitecture registered({"llama", {"llama"}, {"llama"}, read_config, tensors, is_neutral_tensor});

}  // namespace

}  // namespace partwise
