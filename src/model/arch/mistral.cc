// Mistral 7B and similar models: Llama's block, with grouped queries and a sliding window in every layer.
//
//   token t sees tokens (t - window, t]: `window` of them, itself included
//
// In GGUF files these models are called "llama", and the window is not given. Reference: Jiang et al., "Mistral 7B"
// (2023).

#include "base/json.h"
#include "model/llama_family.h"

namespace partwise::internal {

namespace {

ModelConfig read_config(const Checkpoint& checkpoint, const std::set<std::string>& allowed) {
  const std::string where = (checkpoint.path() / "config.json").string();
  static const Json defaults = {
      {"max_position_embeddings", 131072}, {"num_key_value_heads", 8}, {"sliding_window", 4096}};
  ConfigReader keys(checkpoint.config(), where, allowed, defaults);
  ModelConfig c = read_hugging_face_sizes(keys);
  c.arch = "mistral";
  c.rope = read_hugging_face_rope(keys, c.n_ctx);
  const bool windowed = keys.has("sliding_window");  // false if it is null
  if (windowed) c.windows.assign(static_cast<std::size_t>(c.n_layers), keys.size("sliding_window"));
  keys.expect("use_sliding_window", windowed, "every layer has the window that 'sliding_window' says");
  check_layer_types(keys, c);
  expect_silu(keys);
  keys.expect("attention_bias", false, "Mistral has no biases");
  keys.refuse_rest();
  return c;
}

std::vector<TensorSpec> tensors(const ModelConfig& c) { return llama_family_tensors(c, FamilyNorms{}, RowOrder::same); }

}  // namespace

void register_mistral(std::vector<Architecture>& all) {
  all.push_back({"mistral", {"mistral"}, {}, read_config, tensors, is_rotary_frequency});
}

}  // namespace partwise::internal
