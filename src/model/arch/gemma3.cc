// Gemma 3, its text models.
//
//   x = sqrt(d_model) W_E[token]
//   for each block:
//     q, k, v  = q_norm(ln1(x) W_Q), k_norm(ln1(x) W_K), ln1(x) W_V     RMSNorm over d_head; then q and k are rotated
//     x += ln1_post(attention(q, k, v) W_O)
//     x += ln2_post((gelu(ln2(x) W_gate) * ln2(x) W_in) W_out) gelu computed with tanh
//   logits = ln_final(x) W_E^T
//
// Five layers of six are local: they have a window, and rotate with a base of their own. Norms multiply by 1 + gamma:
// Hugging Face's files hold gamma, GGUF files the sum. Reference: Gemma Team, "Gemma 3 Technical Report" (2025).

#include <fmt/format.h>

#include <cmath>

#include "base/json.h"
#include "model/gemma_family.h"

namespace partwise::internal {

namespace {

constexpr double kGlobalTheta = 1'000'000.0, kLocalTheta = 10'000.0;
constexpr std::int64_t kPattern = 6;  // every sixth layer is global

/// The values of transformers for missing keys. Configurations of the larger models leave many keys out.
const Json& defaults() {
  static const Json defaults = {{"attention_bias", false},
                                {"head_dim", 256},
                                {"hidden_size", 2304},
                                {"intermediate_size", 9216},
                                {"max_position_embeddings", 131072},
                                {"num_attention_heads", 8},
                                {"num_hidden_layers", 26},
                                {"num_key_value_heads", 4},
                                {"query_pre_attn_scalar", 256},
                                {"sliding_window", 4096},
                                {"tie_word_embeddings", true},
                                {"vocab_size", 262208}};
  return defaults;
}

ModelConfig read_hugging_face(const Checkpoint& checkpoint, const std::set<std::string>& allowed) {
  const std::string where = (checkpoint.path() / "config.json").string();
  ConfigReader keys(checkpoint.config(), where, allowed, defaults());
  ModelConfig c = read_hugging_face_sizes(keys);
  c.qkv_bias = c.o_bias = keys.flag("attention_bias", false);
  c.attn_scale = static_cast<float>(1 / std::sqrt(keys.number("query_pre_attn_scalar")));
  read_ropes_by_layer(keys, read_rope_surroundings(keys, "rope_theta", kGlobalTheta, c.n_ctx),
                      read_rope_surroundings(keys, "rope_local_base_freq", kLocalTheta, c.n_ctx), c);
  const std::int64_t pattern = keys.size("sliding_window_pattern", keys.size("_sliding_window_pattern", kPattern));
  const auto types = read_layer_types(keys, c.n_layers);
  set_windows(c, types.empty() ? all_but_every_nth(c.n_layers, pattern) : types, keys.size("sliding_window"));
  expect_tanh_gelu(keys, "hidden_activation");
  keys.expect("use_bidirectional_attention", false, "tokens see what is before them");
  keys.neutral({"hidden_act"});  // not read if hidden_activation is there
  keys.refuse_rest();
  return c;
}

/// Files do not have the scale of queries. Older files also lack the pattern and the local base.
ModelConfig read_gguf(const Checkpoint& checkpoint, const std::set<std::string>& allowed) {
  const Json own = gguf_keys(checkpoint, "gemma3");
  ConfigReader keys(own, checkpoint.path().string(), allowed);
  ModelConfig c = read_gguf_sizes(keys, "gemma3", checkpoint);
  if (!keys.has("gemma3.rope.freq_base")) c.rope.theta = kGlobalTheta;
  c.local_rope = RopeConfig{.theta = keys.number("gemma3.rope.freq_base_swa", kLocalTheta)};
  set_windows(c, read_gguf_sliding(keys, "gemma3.attention.sliding_window_pattern", c.n_layers, kPattern),
              keys.size("gemma3.attention.sliding_window"));
  constexpr std::int64_t kLayersOf27B = 62;  // the only size with another scale of queries
  if (c.n_layers == kLayersOf27B) c.attn_scale = 1 / std::sqrt(static_cast<float>(c.d_model / c.n_heads));
  keys.expect("gemma3.rope.dimension_count", c.d_head, "heads are rotated whole");
  keys.refuse_rest();
  return c;
}

ModelConfig read_config(const Checkpoint& checkpoint, const std::set<std::string>& allowed) {
  ModelConfig c =
      as_gemma(checkpoint.format() == "gguf" ? read_gguf(checkpoint, allowed) : read_hugging_face(checkpoint, allowed),
               "gemma3");
  c.post_norms = true;
  c.qk_norm = QkNorm::heads;
  return c;
}

}  // namespace

void register_gemma3(std::vector<Architecture>& all) {
  all.push_back({"gemma3", {"gemma3_text"}, {"gemma3"}, read_config, gemma_tensors, is_rotary_frequency});
}

}  // namespace partwise::internal
