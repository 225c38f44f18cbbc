#include "model/llama_family.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "base/json.h"
#include "model/gguf_keys.h"

namespace partwise::internal {

std::int64_t read_n_layers(ConfigReader& keys, const std::string& key) {
  constexpr std::int64_t kMostLayers = 1 << 16;
  const std::int64_t n_layers = keys.size(key);
  if (n_layers > kMostLayers) keys.fail(key, fmt::format("is {}, more than any model has", n_layers));
  return n_layers;
}

ModelConfig read_hugging_face_sizes(ConfigReader& keys) {
  ModelConfig c;
  c.n_layers = read_n_layers(keys, "num_hidden_layers");
  c.n_heads = keys.size("num_attention_heads");
  c.n_kv_heads = keys.size("num_key_value_heads", c.n_heads);
  c.d_model = keys.size("hidden_size");
  c.d_head = keys.size("head_dim", std::max<std::int64_t>(1, c.d_model / c.n_heads));
  c.d_mlp = keys.size("intermediate_size");
  c.d_vocab = keys.size("vocab_size");
  c.n_ctx = keys.size("max_position_embeddings", 2048);
  c.norm_eps = static_cast<float>(keys.number("rms_norm_eps", 1e-6));
  c.tied_embeddings = keys.flag("tie_word_embeddings", false);
  c.initializer_range = keys.number("initializer_range", c.initializer_range);
  return c;
}

void expect_silu(ConfigReader& keys) {
  if (keys.text("hidden_act", "silu") != "swish") keys.expect("hidden_act", "silu", "the activation of this family");
}

bool is_tanh_gelu(std::string_view name) {
  return name == "gelu_pytorch_tanh" || name == "gelu_new" || name == "gelu_fast" || name == "gelu_accurate" ||
         name == "gelu_python_tanh";
}

std::vector<bool> read_layer_types(ConfigReader& keys, std::int64_t n_layers) {
  std::vector<bool> sliding;
  for (const std::string& type : keys.texts("layer_types")) {
    // "attention" is the older name of "full_attention".
    if (type != "sliding_attention" && type != "full_attention" && type != "attention")
      keys.fail("layer_types", fmt::format("holds '{}', which is not supported", type));
    sliding.push_back(type == "sliding_attention");
  }
  if (!sliding.empty() && std::ssize(sliding) != n_layers)
    keys.fail("layer_types", fmt::format("has {} entries for {} layers", sliding.size(), n_layers));
  return sliding;
}

std::vector<bool> all_but_every_nth(std::int64_t n_layers, std::int64_t n) {
  std::vector<bool> sliding;
  for (std::int64_t l = 0; l < n_layers; ++l) sliding.push_back((l + 1) % n != 0);
  return sliding;
}

void set_windows(ModelConfig& c, const std::vector<bool>& sliding, std::int64_t window) {
  c.windows.assign(static_cast<std::size_t>(c.n_layers), 0);
  for (std::int64_t l = 0; l < c.n_layers; ++l)
    if (sliding[l]) c.windows[l] = window;
}

std::vector<bool> read_gguf_sliding(ConfigReader& keys, const std::string& key, std::int64_t n_layers,
                                    std::int64_t usual) {
  if (!keys.is_array(key)) return all_but_every_nth(n_layers, keys.size(key, usual));
  const std::vector<bool> sliding = keys.flags(key);
  if (std::ssize(sliding) != n_layers)
    keys.fail(key, fmt::format("has {} entries for {} layers", sliding.size(), n_layers));
  return sliding;
}

void check_layer_types(ConfigReader& keys, const ModelConfig& c) {
  const std::vector<bool> sliding = read_layer_types(keys, c.n_layers);
  for (std::int64_t l = 0; l < std::ssize(sliding); ++l)
    if (sliding[l] != (c.window(l) > 0))
      keys.fail("layer_types",
                fmt::format("says that layer {} has {} window, and the other keys do not", l, sliding[l] ? "a" : "no"));
}

void expect_no_windows(ConfigReader& keys, const ModelConfig& c) {
  keys.expect("use_sliding_window", false, "no layer of this architecture has a window");
  if (keys.names("use_sliding_window")) keys.neutral({"sliding_window", "max_window_layers"});
  check_layer_types(keys, c);
}

std::vector<std::int64_t> read_optional_windows(ConfigReader& keys, std::int64_t n_layers) {
  const std::vector<bool> sliding = read_layer_types(keys, n_layers);
  const bool any_named = std::ranges::find(sliding, true) != sliding.end();
  const std::int64_t first = keys.count("max_window_layers", n_layers);
  if (!keys.flag("use_sliding_window", false)) {
    if (any_named) keys.fail("layer_types", "names layers with a window, and 'use_sliding_window' is not set");
    keys.neutral({"sliding_window"});
    return {};
  }
  if (!keys.has("sliding_window") && !any_named) return {};  // null: no layer has one
  const std::int64_t window = keys.size("sliding_window");
  std::vector<std::int64_t> windows(static_cast<std::size_t>(n_layers), 0);
  for (std::int64_t l = 0; l < n_layers; ++l)
    if (sliding.empty() ? l >= first : sliding[l]) windows[l] = window;
  return windows;
}

Json gguf_keys(const Checkpoint& checkpoint, std::string_view prefix) {
  Json own = Json::object();
  for (const auto& [key, value] : checkpoint.config().items())
    if (key.starts_with(fmt::format("{}.", prefix))) own[key] = value;
  settle_gguf_keys(own, prefix, checkpoint.path().string());
  return own;
}

namespace {

/// GGUF gives Llama 3's scaling as a tensor of divisors, linear scaling as keys.
RopeConfig read_gguf_rope(ConfigReader& keys, const std::string& prefix, const Checkpoint& checkpoint,
                          std::int64_t d_rotary, std::int64_t context) {
  RopeConfig rope;
  rope.theta = keys.number(prefix + "rope.freq_base", 10000.0);
  // A factor without a type is linear. "none" means no scaling for any factor.
  const std::string factor = prefix + "rope.scaling.factor";
  const std::string scaling = keys.text(prefix + "rope.scaling.type", keys.has(factor) ? "linear" : "none");
  if (scaling != "none") rope.type = scaling;
  if (!is_rope_type(rope.type)) refuse_rope_type(checkpoint.path().string(), rope.type);
  if (scaling == "linear") rope.factor = keys.number(factor);
  if (!(rope.factor > 0)) keys.fail(factor, fmt::format("is {}, and must be more than 0", rope.factor));
  if (scaling == "longrope" && prefix != "phi3.")
    keys.fail(prefix + "rope.scaling.type", "is 'longrope', which is read of the architecture phi3 alone");
  if (scaling == "yarn") read_gguf_yarn(keys, prefix, context, rope);
  keys.neutral({factor, prefix + "rope.scaling.original_context_length"});
  auto divisors = checkpoint.tensors().find("rope_freqs.weight");
  if (divisors == checkpoint.tensors().end()) return rope;
  if (divisors->second.shape != Shape{d_rotary / 2})
    throw Error(ErrorCode::bad_data,
                fmt::format("{}: tensor 'rope_freqs.weight' has shape {}, expected [{}]", checkpoint.path().string(),
                            to_string(divisors->second.shape), d_rotary / 2));
  rope.divisors.resize(static_cast<std::size_t>(d_rotary / 2));
  dequantize(divisors->second, 0, rope.divisors);
  return rope;
}

/// The architectures whose GGUF files hold experts in the names of model/expert_keys.h. Mixtral's are "llama".
bool may_have_experts(std::string_view arch) {
  return arch == "llama" || arch == "qwen3moe" || arch == "olmoe" || arch == "gpt-oss";
}

}  // namespace

ModelConfig read_gguf_sizes(ConfigReader& keys, const std::string& arch, const Checkpoint& checkpoint) {
  const std::string prefix = arch + ".";
  const auto has_tensor = [&](const char* name) { return checkpoint.tensors().contains(name); };
  ModelConfig c;
  c.n_layers = read_n_layers(keys, prefix + "block_count");
  c.n_heads = keys.size(prefix + "attention.head_count");
  c.n_kv_heads = keys.size(prefix + "attention.head_count_kv", c.n_heads);
  c.d_model = keys.size(prefix + "embedding_length");
  c.d_head = keys.size(prefix + "attention.key_length", std::max<std::int64_t>(1, c.d_model / c.n_heads));
  keys.expect(prefix + "attention.value_length", c.d_head, "keys and values are equally wide");
  c.d_mlp = keys.size(prefix + "feed_forward_length");
  c.n_ctx = keys.size(prefix + "context_length");
  if (!keys.has(prefix + "attention.layer_norm_epsilon"))
    c.norm_eps = static_cast<float>(keys.number(prefix + "attention.layer_norm_rms_epsilon"));
  c.d_rotary = keys.size(prefix + "rope.dimension_count", c.d_head);
  c.rope = read_gguf_rope(keys, prefix, checkpoint, c.d_rotary, c.n_ctx);
  c.tied_embeddings = !has_tensor("output.weight");
  c.qkv_bias = has_tensor("blk.0.attn_q.bias") || has_tensor("blk.0.attn_qkv.bias");
  c.o_bias = has_tensor("blk.0.attn_output.bias");
  c.mlp_bias = has_tensor("blk.0.ffn_down.bias");
  if (auto it = checkpoint.tensors().find("token_embd.weight");
      it != checkpoint.tensors().end() && !it->second.shape.empty())
    c.d_vocab = it->second.shape[0];
  keys.expect(prefix + "vocab_size", c.d_vocab, "the rows of token_embd.weight");
  if (may_have_experts(arch)) {
    c.experts = read_gguf_experts(keys, prefix, checkpoint, c, arch != "olmoe");
  } else {
    keys.expect(prefix + "expert_count", 0, "experts are not read of this architecture");
    keys.expect(prefix + "expert_used_count", 0, "experts are not read of this architecture");
  }
  return c;
}

ModelConfig read_family_gguf(const Checkpoint& checkpoint, const std::string& arch,
                             const std::set<std::string>& allowed) {
  const Json own = gguf_keys(checkpoint, arch);
  ConfigReader keys(own, checkpoint.path().string(), allowed);
  ModelConfig c = read_gguf_sizes(keys, arch, checkpoint);
  keys.expect(arch + ".rope.dimension_count", c.d_head, "heads are rotated whole");
  keys.refuse_rest();
  return c;
}

namespace {

/// The tensors of one layer, in the order of the forward pass.
class LayerTable {
 public:
  LayerTable(std::vector<TensorSpec>& table, const ModelConfig& c, std::int64_t layer, RowOrder gguf_rotary)
      : table_(table),
        c_(c),
        ours_(fmt::format("blocks.{}.", layer)),
        hugging_face_(fmt::format("model.layers.{}.", layer)),
        gguf_(fmt::format("blk.{}.", layer)),
        rotary_(gguf_rotary) {}

  void add_norm(std::string_view name, const NormName& in_file, std::int64_t width) {
    if (in_file.hugging_face.empty()) return;
    add(std::string(name) + ".w", {width}, fmt::format("{}.weight", in_file.hugging_face),
        fmt::format("{}.weight", in_file.gguf));
    if (c_.norm == NormKind::layer)
      add(std::string(name) + ".b", {width}, fmt::format("{}.bias", in_file.hugging_face),
          fmt::format("{}.bias", in_file.gguf));
  }

  void add_attention() {
    const std::int64_t n_q = c_.n_heads * c_.d_head, n_kv = c_.n_kv_heads * c_.d_head;
    if (c_.fused_qkv) {
      add_projection("attn", "QKV", {n_q + 2 * n_kv, c_.d_model}, "self_attn.qkv_proj", "attn_qkv", c_.qkv_bias);
    } else {
      add_projection("attn", "Q", {n_q, c_.d_model}, "self_attn.q_proj", "attn_q", c_.qkv_bias, rotary_);
      add_projection("attn", "K", {n_kv, c_.d_model}, "self_attn.k_proj", "attn_k", c_.qkv_bias, rotary_);
      add_projection("attn", "V", {n_kv, c_.d_model}, "self_attn.v_proj", "attn_v", c_.qkv_bias);
    }
    add_projection("attn", "O", {c_.d_model, n_q}, "self_attn.o_proj", "attn_output", c_.o_bias);
    if (c_.sinks) add("attn.sinks", {c_.n_heads}, "self_attn.sinks", "attn_sinks.weight");
    if (c_.qk_norm == QkNorm::none) return;
    if (c_.qk_norm == QkNorm::each_head) {
      add_gains_of_heads('q', c_.n_heads);
      add_gains_of_heads('k', c_.n_kv_heads);
      return;
    }
    const bool whole = c_.qk_norm == QkNorm::rows;
    add_norm("attn.q_norm", {"self_attn.q_norm", "attn_q_norm"}, whole ? n_q : c_.d_head);
    add_norm("attn.k_norm", {"self_attn.k_norm", "attn_k_norm"}, whole ? n_kv : c_.d_head);
  }

  void add_mlp() {
    if (c_.fused_gate) {
      add_projection("mlp", "gate_in", {2 * c_.d_mlp, c_.d_model}, "mlp.gate_up_proj", "ffn_up", c_.mlp_bias);
    } else {
      add_projection("mlp", "gate", {c_.d_mlp, c_.d_model}, "mlp.gate_proj", "ffn_gate", c_.mlp_bias);
      add_projection("mlp", "in", {c_.d_mlp, c_.d_model}, "mlp.up_proj", "ffn_up", c_.mlp_bias);
    }
    add_projection("mlp", "out", {c_.d_model, c_.d_mlp}, "mlp.down_proj", "ffn_down", c_.mlp_bias);
  }

 private:
  void add(const std::string& name, const Shape& shape, const std::string& hugging_face, const std::string& gguf,
           RowOrder gguf_rows = RowOrder::same) {
    table_.push_back({ours_ + name, shape, hugging_face_ + hugging_face, {gguf_ + gguf, gguf_rows}});
  }

  /// A folder has a tensor for each head, a GGUF file a row.
  void add_gains_of_heads(char letter, std::int64_t n_heads) {
    for (std::int64_t h = 0; h < n_heads; ++h) {
      InFile gguf(fmt::format("{}attn_{}_norm.weight", gguf_, letter));
      gguf.slice = h;
      gguf.n_slices = n_heads;
      table_.push_back({fmt::format("{}attn.{}_norm.{}.w", ours_, letter, h),
                        {c_.d_head},
                        fmt::format("{}self_attn.{}_layernorm.norms.{}.weight", hugging_face_, letter, h),
                        gguf});
    }
  }

  void add_projection(const std::string& block, const std::string& letter, const Shape& shape,
                      const std::string& hugging_face, const std::string& gguf, bool has_bias,
                      RowOrder rows = RowOrder::same) {
    add(block + ".W_" + letter, shape, hugging_face + ".weight", gguf + ".weight", rows);
    if (has_bias) add(block + ".b_" + letter, {shape[0]}, hugging_face + ".bias", gguf + ".bias", rows);
  }

  std::vector<TensorSpec>& table_;
  const ModelConfig& c_;
  std::string ours_, hugging_face_, gguf_;
  RowOrder rotary_;
};

}  // namespace

std::vector<TensorSpec> llama_family_tensors(const ModelConfig& c, const FamilyNorms& norms, RowOrder gguf_rotary,
                                             const ExpertNames& experts) {
  std::vector<TensorSpec> table;
  table.push_back({"embed.W_E", {c.d_vocab, c.d_model}, {"model.embed_tokens.weight"}, {"token_embd.weight"}});
  for (std::int64_t l = 0; l < c.n_layers; ++l) {
    LayerTable layer(table, c, l, gguf_rotary);
    if (c.pre_norms) layer.add_norm("ln1", norms.ln1, c.d_model);
    layer.add_attention();
    if (c.post_norms) layer.add_norm("ln1_post", norms.ln1_post, c.d_model);
    if (c.pre_norms) layer.add_norm("ln2", norms.ln2, c.d_model);
    if (c.has_experts(l))
      add_experts(table, c, l, experts);
    else
      layer.add_mlp();
    if (c.post_norms) layer.add_norm("ln2_post", norms.ln2_post, c.d_model);
  }
  table.push_back({"ln_final.w", {c.d_model}, {"model.norm.weight"}, {"output_norm.weight"}});
  if (c.norm == NormKind::layer)
    table.push_back({"ln_final.b", {c.d_model}, {"model.norm.bias"}, {"output_norm.bias"}});
  if (!c.tied_embeddings)
    table.push_back({"unembed.W_U", {c.d_vocab, c.d_model}, {"lm_head.weight"}, {"output.weight"}});
  return table;
}

bool is_rotary_frequency(std::string_view name) {
  return name.ends_with(".rotary_emb.inv_freq") ||
         name == "rope_freqs.weight";  // the latter is read with the configuration
}

}  // namespace partwise::internal
