// Mistral 7B and its kin: Llama's block, with grouped queries and a sliding window in every layer.
//
//   token t sees tokens (t - window, t]: `window` of them, itself included
//
// In GGUF files these models go by the name of "llama" and say nothing of the window. Reference: Jiang et al.,
// "Mistral 7B" (2023).

#include "model/arch/llama_family.h"

namespace partwise {

namespace {

ModelConfig read_config(const Checkpoint& checkpoint, const std::set<std::string>& allowed) {
  const std::string where = (checkpoint.path() / "config.json").string();
  ConfigReader keys(checkpoint.config(), where, allowed);
  ModelConfig c = read_hugging_face_sizes(keys);
  c.arch = "mistral";
  c.rope = read_hugging_face_rope(keys, where, allowed);
  if (keys.has("sliding_window")) c.windows.assign(static_cast<std::size_t>(c.n_layers), keys.size("sliding_window"));
  keys.expect("hidden_act", "silu", "the activation of Mistral");
  keys.expect("attention_bias", false, "Mistral has no biases");
  keys.refuse_rest();
  return c;
}

std::vector<TensorSpec> tensors(const ModelConfig& c) { return llama_family_tensors(c, FamilyNorms{}, RowOrder::same); }

const RegisterArchitecture registered({"mistral", {"mistral"}, {}, read_config, tensors, is_rotary_frequency});

}  // namespace

}  // namespace partwise
