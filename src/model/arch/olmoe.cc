// OLMoE: Llama's block with norms of queries and keys, over all heads together, and with experts in every layer.
//
//   p       = softmax(h W_router), h = ln2(x)           over all experts
//   mlp_out = sum over the chosen e of p_e mlp_e(h)     the k largest
//
// Reference: Muennighoff et al., "OLMoE: Open Mixture-of-Experts Language Models" (2024).

#include "base/json.h"
#include "model/expert_keys.h"
#include "model/llama_family.h"

namespace partwise::internal {

namespace {

ModelConfig read_hugging_face(const Checkpoint& checkpoint, const std::set<std::string>& allowed) {
  const std::string where = (checkpoint.path() / "config.json").string();
  static const Json defaults = {{"max_position_embeddings", 4096},
                                {"rms_norm_eps", 1e-5},
                                {"num_experts_per_tok", 8},
                                {"num_experts", 64},
                                {"intermediate_size", 2048}};
  ConfigReader keys(checkpoint.config(), where, allowed, defaults);
  ModelConfig c = read_hugging_face_sizes(keys);
  c.qkv_bias = c.o_bias = keys.flag("attention_bias", false);
  c.rope = read_hugging_face_rope(keys, c.n_ctx);
  expect_no_windows(keys, c);
  keys.expect("clip_qkv", nullptr, "queries, keys and values are not clipped");
  c.experts = read_experts(keys, c, {.d_mlp = "intermediate_size"});
  c.experts->normalised = keys.flag("norm_topk_prob", false);
  expect_silu(keys);
  keys.refuse_rest();
  return c;
}

ModelConfig read_config(const Checkpoint& checkpoint, const std::set<std::string>& allowed) {
  ModelConfig c = checkpoint.format() == "gguf" ? read_family_gguf(checkpoint, "olmoe", allowed)
                                                : read_hugging_face(checkpoint, allowed);
  c.arch = "olmoe";
  c.qk_norm = QkNorm::rows;
  return c;
}

std::vector<TensorSpec> tensors(const ModelConfig& c) { return llama_family_tensors(c, FamilyNorms{}, RowOrder::same); }

}  // namespace

void register_olmoe(std::vector<Architecture>& all) {
  all.push_back({"olmoe", {"olmoe"}, {"olmoe"}, read_config, tensors, is_rotary_frequency});
}

}  // namespace partwise::internal
