// Qwen3: Llama's block with a norm on every query head and key head before they are rotated.
//
//   q_h, k_h = norm(q_h), norm(k_h)      RMSNorm over d_head, one gain for all heads
//
// Reference: Yang et al., "Qwen3 Technical Report" (2025).

#include "base/json.h"
#include "model/llama_family.h"

namespace partwise::internal {

namespace {

ModelConfig read_hugging_face(const Checkpoint& checkpoint, const std::set<std::string>& allowed) {
  const std::string where = (checkpoint.path() / "config.json").string();
  static const Json defaults = {{"max_position_embeddings", 32768},
                                {"num_key_value_heads", 32},
                                {"sliding_window", 4096},
                                {"max_window_layers", 28},
                                {"head_dim", 128}};
  ConfigReader keys(checkpoint.config(), where, allowed, defaults);
  ModelConfig c = read_hugging_face_sizes(keys);
  c.qkv_bias = c.o_bias = keys.flag("attention_bias", false);
  c.rope = read_hugging_face_rope(keys, c.n_ctx);
  c.windows = read_optional_windows(keys, c.n_layers);
  expect_silu(keys);
  keys.refuse_rest();
  return c;
}

ModelConfig read_config(const Checkpoint& checkpoint, const std::set<std::string>& allowed) {
  ModelConfig c = checkpoint.format() == "gguf" ? read_family_gguf(checkpoint, "qwen3", allowed)
                                                : read_hugging_face(checkpoint, allowed);
  c.arch = "qwen3";
  c.qk_norm = QkNorm::heads;
  return c;
}

std::vector<TensorSpec> tensors(const ModelConfig& c) { return llama_family_tensors(c, FamilyNorms{}, RowOrder::same); }

}  // namespace

void register_qwen3(std::vector<Architecture>& all) {
  all.push_back({"qwen3", {"qwen3"}, {"qwen3"}, read_config, tensors, is_rotary_frequency});
}

}  // namespace partwise::internal
