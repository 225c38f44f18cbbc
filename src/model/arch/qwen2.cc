// Qwen2 and Qwen2.5: Llama's block with biases on queries, keys and values, and none on the output projection.
//
// If `use_sliding_window` is set, layers from `max_window_layers` on have a window. Reference: Yang et al., "Qwen2
// Technical Report" (2024).

#include "base/json.h"
#include "model/llama_family.h"

namespace partwise::internal {

namespace {

ModelConfig read_hugging_face(const Checkpoint& checkpoint, const std::set<std::string>& allowed) {
  const std::string where = (checkpoint.path() / "config.json").string();
  static const Json defaults = {{"max_position_embeddings", 32768},
                                {"num_key_value_heads", 32},
                                {"sliding_window", 4096},
                                {"max_window_layers", 28}};
  ConfigReader keys(checkpoint.config(), where, allowed, defaults);
  ModelConfig c = read_hugging_face_sizes(keys);
  c.rope = read_hugging_face_rope(keys, c.n_ctx);
  c.windows = read_optional_windows(keys, c.n_layers);
  expect_silu(keys);
  keys.expect("use_mrope", false, "positions have one dimension");
  keys.refuse_rest();
  return c;
}

ModelConfig read_config(const Checkpoint& checkpoint, const std::set<std::string>& allowed) {
  ModelConfig c = checkpoint.format() == "gguf" ? read_family_gguf(checkpoint, "qwen2", allowed)
                                                : read_hugging_face(checkpoint, allowed);
  c.arch = "qwen2";
  c.qkv_bias = true;
  return c;
}

std::vector<TensorSpec> tensors(const ModelConfig& c) { return llama_family_tensors(c, FamilyNorms{}, RowOrder::same); }

}  // namespace

void register_qwen2(std::vector<Architecture>& all) {
  all.push_back({"qwen2", {"qwen2"}, {"qwen2"}, read_config, tensors, is_rotary_frequency});
}

}  // namespace partwise::internal
