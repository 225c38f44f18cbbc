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

bool is_rotary_frequency(std::string_view name) {
  return name.ends_with(".rotary_emb.inv_freq") ||
         name == "rope_freqs.weight";  // the latter is read with the configuration
}

}  // namespace partwise::internal
