// Gemma 2: Gemma's block with norms after it as well, and caps.
//
//   for each block:
//     x += ln1_post(attention(ln1(x)) W_O)                 scores are cap tanh(score / cap); every other layer is local
//     x += ln2_post((gelu(ln2(x) W_gate) * ln2(x) W_in) W_out)
//   logits = ln_final(x) W_E^T, capped as well (decompose/logit_cap.h)
//
// Reference: Gemma Team, "Gemma 2: Improving Open Language Models at a Practical Size" (2024).

#include <fmt/format.h>

#include <cmath>

#include "base/json.h"
#include "model/gemma_family.h"

namespace partwise::internal {

namespace {

constexpr std::int64_t kPattern = 2;  // every second layer is global
constexpr double kScoreCap = 50, kLogitCap = 30;

const Json& defaults() {
  static const Json defaults = {{"head_dim", 256},
                                {"hidden_size", 2304},
                                {"intermediate_size", 9216},
                                {"max_position_embeddings", 8192},
                                {"num_attention_heads", 8},
                                {"num_hidden_layers", 26},
                                {"num_key_value_heads", 4},
                                {"query_pre_attn_scalar", 256},
                                {"sliding_window", 4096},
                                {"attn_logit_softcapping", kScoreCap},
                                {"final_logit_softcapping", kLogitCap},
                                {"tie_word_embeddings", true},
                                {"vocab_size", 256000}};
  return defaults;
}

/// 0 if the key is null: nothing is capped.
float read_cap(ConfigReader& keys, const std::string& key) {
  const double cap = keys.number(key, 0);
  if (cap < 0 || (cap == 0 && keys.has(key))) keys.fail(key, "must be more than 0, or null");
  return static_cast<float>(cap);
}

ModelConfig read_hugging_face(const Checkpoint& checkpoint, const std::set<std::string>& allowed) {
  const std::string where = (checkpoint.path() / "config.json").string();
  ConfigReader keys(checkpoint.config(), where, allowed, defaults());
  ModelConfig c = read_hugging_face_sizes(keys);
  c.qkv_bias = c.o_bias = keys.flag("attention_bias", false);
  c.attn_scale = static_cast<float>(1 / std::sqrt(keys.number("query_pre_attn_scalar")));
  c.attn_cap = read_cap(keys, "attn_logit_softcapping");
  c.logit_cap = read_cap(keys, "final_logit_softcapping");
  c.rope = read_hugging_face_rope(keys, c.n_ctx);
  const auto types = read_layer_types(keys, c.n_layers);
  set_windows(c, types.empty() ? all_but_every_nth(c.n_layers, kPattern) : types, keys.size("sliding_window"));
  expect_tanh_gelu(keys, "hidden_activation");
  keys.expect("use_bidirectional_attention", false, "tokens see what is before them");
  keys.neutral({"hidden_act"});  // not read if hidden_activation is there
  keys.refuse_rest();
  return c;
}

/// The usual cap if the file does not say. 0 is no cap, and such keys are taken out beforehand (model/gguf_keys.h).
float read_gguf_cap(ConfigReader& keys, const Checkpoint& checkpoint, const std::string& key, double usual) {
  const bool is_none = checkpoint.config().contains(key) && !keys.has(key);
  return is_none ? 0 : static_cast<float>(keys.number(key, usual));
}

/// Files do not have the scale of queries.
ModelConfig read_gguf(const Checkpoint& checkpoint, const std::set<std::string>& allowed) {
  const Json own = gguf_keys(checkpoint, "gemma2");
  ConfigReader keys(own, checkpoint.path().string(), allowed);
  ModelConfig c = read_gguf_sizes(keys, "gemma2", checkpoint);
  c.attn_cap = read_gguf_cap(keys, checkpoint, "gemma2.attn_logit_softcapping", kScoreCap);
  c.logit_cap = read_gguf_cap(keys, checkpoint, "gemma2.final_logit_softcapping", kLogitCap);
  set_windows(c, all_but_every_nth(c.n_layers, kPattern), keys.size("gemma2.attention.sliding_window", 4096));
  constexpr std::int64_t kLayersOf27B = 46;  // the only size with another scale of queries
  if (c.n_layers == kLayersOf27B) c.attn_scale = 1 / std::sqrt(static_cast<float>(c.d_model / c.n_heads));
  keys.expect("gemma2.rope.dimension_count", c.d_head, "heads are rotated whole");
  keys.refuse_rest();
  return c;
}

ModelConfig read_config(const Checkpoint& checkpoint, const std::set<std::string>& allowed) {
  ModelConfig c =
      as_gemma(checkpoint.format() == "gguf" ? read_gguf(checkpoint, allowed) : read_hugging_face(checkpoint, allowed),
               "gemma2");
  c.post_norms = true;
  return c;
}

}  // namespace

void register_gemma2(std::vector<Architecture>& all) {
  all.push_back({"gemma2", {"gemma2"}, {"gemma2"}, read_config, gemma_tensors, is_rotary_frequency});
}

}  // namespace partwise::internal
