// Granite 3: Llama's block with four multipliers.
//
//   x = m_embed W_E[token]
//   for each block:
//     x += m_residual attention(q, k, v) W_O               scores are q kᵀ m_attention
//     x += m_residual mlp(ln2(x))
//   logits = ln_final(x) W_U / logits_scaling
//
// Reference: Granite Team, IBM, "Granite 3.0 Language Models" (2024).

#include <cmath>
#include <optional>

#include "base/json.h"
#include "model/llama_family.h"

namespace partwise::internal {

namespace {

/// Errors: bad_data unless the number is positive.
float multiplier(ConfigReader& keys, const std::string& key, std::optional<double> fallback) {
  const double number = keys.number(key, fallback);
  if (!(number > 0)) keys.fail(key, "must be more than 0");
  return static_cast<float>(number);
}

ModelConfig read_hugging_face(const Checkpoint& checkpoint, const std::set<std::string>& allowed) {
  const std::string where = (checkpoint.path() / "config.json").string();
  ConfigReader keys(checkpoint.config(), where, allowed);
  ModelConfig c = read_hugging_face_sizes(keys);
  c.qkv_bias = c.o_bias = keys.flag("attention_bias", false);
  c.mlp_bias = keys.flag("mlp_bias", false);
  c.embed_scale = multiplier(keys, "embedding_multiplier", 1);
  c.residual_scale = multiplier(keys, "residual_multiplier", 1);
  c.attn_scale = multiplier(keys, "attention_multiplier", 1);
  c.logit_scale = 1 / multiplier(keys, "logits_scaling", 1);
  c.rope = read_hugging_face_rope(keys, c.n_ctx);
  expect_no_windows(keys, c);
  expect_silu(keys);
  keys.refuse_rest();
  return c;
}

ModelConfig read_gguf(const Checkpoint& checkpoint, const std::set<std::string>& allowed) {
  const Json own = gguf_keys(checkpoint, "granite");
  ConfigReader keys(own, checkpoint.path().string(), allowed);
  ModelConfig c = read_gguf_sizes(keys, "granite", checkpoint);
  c.embed_scale = multiplier(keys, "granite.embedding_scale", 1);
  c.residual_scale = multiplier(keys, "granite.residual_scale", 1);
  c.attn_scale = multiplier(keys, "granite.attention.scale", 1 / std::sqrt(static_cast<double>(c.d_head)));
  c.logit_scale = 1 / multiplier(keys, "granite.logit_scale", 1);
  // In this architecture alone, llama.cpp takes the key for a switch: no layer is rotated.
  if (checkpoint.config().value("granite.rope.scaling.finetuned", Json()) == Json(false))
    c.unrotated.assign(static_cast<std::size_t>(c.n_layers), true);
  keys.expect("granite.rope.dimension_count", c.d_head, "heads are rotated whole");
  keys.refuse_rest();
  return c;
}

ModelConfig read_config(const Checkpoint& checkpoint, const std::set<std::string>& allowed) {
  ModelConfig c =
      checkpoint.format() == "gguf" ? read_gguf(checkpoint, allowed) : read_hugging_face(checkpoint, allowed);
  c.arch = "granite";
  return c;
}

/// What a block adds is multiplied as its last matrix is read.
std::vector<TensorSpec> tensors(const ModelConfig& c) {
  auto table = llama_family_tensors(c, FamilyNorms{}, RowOrder::interleaved_rotary);
  for (TensorSpec& spec : table)
    for (const char* last : {".W_O", ".b_O", ".W_out", ".b_out"})
      if (spec.name.ends_with(last)) spec.hugging_face.factor = spec.gguf.factor = c.residual_scale;
  return table;
}

}  // namespace

void register_granite(std::vector<Architecture>& all) {
  all.push_back({"granite", {"granite"}, {"granite"}, read_config, tensors, is_rotary_frequency});
}

}  // namespace partwise::internal
