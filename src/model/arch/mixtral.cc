// Mixtral: Mistral's block with experts in every layer.
//
//   p       = softmax of the k largest of h W_router, h = ln2(x)
//   mlp_out = sum over these experts e of p_e mlp_e(h)
//
// In GGUF files these models are called "llama". Reference: Jiang et al., "Mixtral of Experts" (2024).

#include "base/json.h"
#include "model/expert_keys.h"
#include "model/llama_family.h"

namespace partwise::internal {

namespace {

ModelConfig read_config(const Checkpoint& checkpoint, const std::set<std::string>& allowed) {
  const std::string where = (checkpoint.path() / "config.json").string();
  static const Json defaults = {
      {"max_position_embeddings", 131072}, {"num_key_value_heads", 8}, {"rms_norm_eps", 1e-5},
      {"num_experts_per_tok", 2},          {"num_local_experts", 8},   {"intermediate_size", 14336}};
  ConfigReader keys(checkpoint.config(), where, allowed, defaults);
  ModelConfig c = read_hugging_face_sizes(keys);
  c.arch = "mixtral";
  const RopeSurroundings around = read_rope_surroundings(keys, "rope_theta", 1e6, c.n_ctx);
  c.rope = read_either_spelling(keys, [&](ConfigReader& object) { return read_rope_object(object, around); });
  if (keys.has("sliding_window")) c.windows.assign(static_cast<std::size_t>(c.n_layers), keys.size("sliding_window"));
  check_layer_types(keys, c);
  c.experts = read_experts(keys, c, {"num_local_experts", "intermediate_size"});
  expect_silu(keys);
  keys.expect("attention_bias", false, "Mixtral has no biases");
  keys.refuse_rest();
  return c;
}

std::vector<TensorSpec> tensors(const ModelConfig& c) {
  return llama_family_tensors(c, FamilyNorms{}, RowOrder::same,
                              {"block_sparse_moe.gate", "block_sparse_moe.experts", "w1", "w3", "w2"});
}

}  // namespace

void register_mixtral(std::vector<Architecture>& all) {
  all.push_back({"mixtral", {"mixtral"}, {}, read_config, tensors, is_rotary_frequency});
}

}  // namespace partwise::internal
