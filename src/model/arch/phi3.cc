// Phi-3, Phi-3.5, Phi-4 and their mini models: Llama's block with fused matrices.
//
//   q, k, v  = ln1(x) W_QKV                                one below the other; a part of each head may be rotated
//   gate, in = ln2(x) W_gate_in
//
// Prompts beyond the original context of LongRoPE are refused (model/rope_keys.cc). Reference: Abdin et al., "Phi-3
// Technical Report" (2024).

#include <fmt/format.h>

#include "base/json.h"
#include "model/llama_family.h"

namespace partwise::internal {

namespace {

constexpr std::int64_t kOriginalContext = 4096;  // of LongRoPE, where config.json does not say it
constexpr const char *kShortFactors = "rope_factors_short.weight", *kLongFactors = "rope_factors_long.weight";

/// Published folders name copies of transformers' own code, from before it was a part of it. The tokenizer is read from
/// its files.
bool names_own_code(const Json& auto_map) {
  for (const auto& [what, code] : auto_map.items()) {
    const std::string name = code.is_string() ? code.get<std::string>() : "";
    const bool known =
        name.ends_with("configuration_phi3.Phi3Config") || name.ends_with("modeling_phi3.Phi3ForCausalLM");
    if (what != "AutoTokenizer" && !known) return false;
  }
  return true;
}

/// transformers takes "yarn" for LongRoPE, and refuses the types of other architectures.
void check_rope_type(ConfigReader& keys, const RopeConfig& rope) {
  if (rope.type != "default" && rope.type != "longrope")
    keys.fail("rope_type", fmt::format("is '{}': Phi-3 has default or longrope", rope.type));
}

void read_rope(ConfigReader& keys, ModelConfig& c) {
  RopeSurroundings around = read_rope_surroundings(keys, "rope_theta", 10000.0, c.n_ctx);
  if (around.original_context == 0) around.original_context = kOriginalContext;
  read_partial_rope(keys, around, "partial_rotary_factor", 1, c);
  check_rope_type(keys, c.rope);
}

ModelConfig read_hugging_face(const Checkpoint& checkpoint, const std::set<std::string>& allowed) {
  const std::string where = (checkpoint.path() / "config.json").string();
  static const Json defaults = {{"max_position_embeddings", 4096}, {"rms_norm_eps", 1e-5}};
  ConfigReader keys(checkpoint.config(), where, allowed, defaults);
  ModelConfig c = read_hugging_face_sizes(keys);
  read_rope(keys, c);
  if (keys.has("sliding_window")) c.windows.assign(static_cast<std::size_t>(c.n_layers), keys.size("sliding_window"));
  check_layer_types(keys, c);
  expect_silu(keys);
  keys.expect("attention_bias", false, "Phi-3 has no biases");
  keys.neutral({"original_max_position_embeddings"});  // read with the rope settings, and nothing without them
  for (const char* unused : {"full_attn_mod", "interpolate_factor"})
    keys.expect(unused, 1, "transformers passes over this key");
  if (names_own_code(checkpoint.config().value("auto_map", Json()))) keys.neutral({"auto_map"});
  keys.refuse_rest();
  return c;
}

/// LongRoPE's factors are tensors. Only the short ones are used.
RopeConfig with_short_factors(RopeConfig rope, ConfigReader& keys, const Checkpoint& checkpoint, std::int64_t context) {
  const auto factors = checkpoint.tensors().find(kShortFactors);
  if (factors == checkpoint.tensors().end()) {
    if (rope.type == "longrope" || checkpoint.tensors().contains(kLongFactors))
      keys.fail(kShortFactors, "is missing: LongRoPE rotates prompts within the original context by these factors");
    return rope;
  }
  rope.type = "longrope";
  rope.divisors.resize(static_cast<std::size_t>(element_count(factors->second.shape)));
  dequantize(factors->second, 0, rope.divisors);
  rope.original_context = keys.size("phi3.rope.scaling.original_context_length", context);
  rope.attention_factor = keys.number("phi3.rope.scaling.attn_factor", 1);
  return rope;
}

/// Files of models with a window say so, although llama.cpp passes over it.
ModelConfig read_gguf(const Checkpoint& checkpoint, const std::set<std::string>& allowed) {
  const Json own = gguf_keys(checkpoint, "phi3");
  ConfigReader keys(own, checkpoint.path().string(), allowed);
  ModelConfig c = read_gguf_sizes(keys, "phi3", checkpoint);
  c.rope = with_short_factors(c.rope, keys, checkpoint, c.n_ctx);
  const std::string window = "phi3.attention.sliding_window";
  if (keys.has(window)) c.windows.assign(static_cast<std::size_t>(c.n_layers), keys.size(window));
  if (c.rope.type != "longrope")
    keys.expect("phi3.rope.scaling.attn_factor", 1, "cosines and sines grow with LongRoPE alone");
  keys.refuse_rest();
  return c;
}

ModelConfig read_config(const Checkpoint& checkpoint, const std::set<std::string>& allowed) {
  ModelConfig c =
      checkpoint.format() == "gguf" ? read_gguf(checkpoint, allowed) : read_hugging_face(checkpoint, allowed);
  c.arch = "phi3";
  c.fused_qkv = c.fused_gate = true;
  return c;
}

std::vector<TensorSpec> tensors(const ModelConfig& c) { return llama_family_tensors(c, FamilyNorms{}, RowOrder::same); }

/// Factors of GGUF files, which the configuration has read.
bool is_neutral_tensor(std::string_view name) {
  return name == kShortFactors || name == kLongFactors || is_rotary_frequency(name);
}

}  // namespace

void register_phi3(std::vector<Architecture>& all) {
  all.push_back({"phi3", {"phi3"}, {"phi3"}, read_config, tensors, is_neutral_tensor});
}

}  // namespace partwise::internal
