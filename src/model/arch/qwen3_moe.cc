// Qwen3 with experts: Qwen3's attention; in most layers a router chooses some of many small MLPs for each token.
//
//   p       = softmax(h W_router), h = ln2(x)           over all experts
//   mlp_out = sum over the chosen e of p_e mlp_e(h)     the k largest; with `norm_topk_prob`, p is divided by its sum
//
// Reference: Yang et al., "Qwen3 Technical Report" (2025).

#include "base/json.h"
#include "model/expert_keys.h"
#include "model/llama_family.h"

namespace partwise::internal {

namespace {

/// The layers with an MLP: those that `mlp_only_layers` names, and of the others all but every nth.
std::vector<bool> read_dense_layers(ConfigReader& keys, std::int64_t n_layers) {
  const std::int64_t step = keys.size("decoder_sparse_step", 1);
  std::vector<bool> dense(static_cast<std::size_t>(n_layers));
  for (std::int64_t l = 0; l < n_layers; ++l) dense[l] = (l + 1) % step != 0;
  for (const double layer : keys.numbers("mlp_only_layers"))
    if (layer >= 0 && layer < static_cast<double>(n_layers)) dense[static_cast<std::size_t>(layer)] = true;
  return dense;
}

ModelConfig read_hugging_face(const Checkpoint& checkpoint, const std::set<std::string>& allowed) {
  const std::string where = (checkpoint.path() / "config.json").string();
  static const Json defaults = {{"max_position_embeddings", 32768},
                                {"num_key_value_heads", 4},
                                {"sliding_window", 4096},
                                {"intermediate_size", 6144},
                                {"moe_intermediate_size", 768},
                                {"num_experts_per_tok", 8},
                                {"num_experts", 128}};
  ConfigReader keys(checkpoint.config(), where, allowed, defaults);
  ModelConfig c = read_hugging_face_sizes(keys);
  c.qkv_bias = c.o_bias = keys.flag("attention_bias", false);
  c.rope = read_hugging_face_rope(keys, c.n_ctx);
  expect_no_windows(keys, c);
  keys.neutral({"sliding_window", "max_window_layers"});
  c.experts = read_experts(keys, c, {});
  c.experts->normalised = keys.flag("norm_topk_prob", false);
  c.experts->dense = read_dense_layers(keys, c.n_layers);
  keys.expect("qkv_bias", false, "biases are 'attention_bias'");  // these three: Qwen3-Coder's files
  keys.expect("use_qk_norm", true, "queries and keys have norms");
  keys.expect("shared_expert_intermediate_size", 0, "no expert is shared by all tokens");
  expect_silu(keys);
  keys.refuse_rest();
  return c;
}

ModelConfig read_config(const Checkpoint& checkpoint, const std::set<std::string>& allowed) {
  ModelConfig c = checkpoint.format() == "gguf" ? read_family_gguf(checkpoint, "qwen3moe", allowed)
                                                : read_hugging_face(checkpoint, allowed);
  c.arch = "qwen3_moe";
  c.qk_norm = QkNorm::heads;
  return c;
}

std::vector<TensorSpec> tensors(const ModelConfig& c) { return llama_family_tensors(c, FamilyNorms{}, RowOrder::same); }

}  // namespace

void register_qwen3_moe(std::vector<Architecture>& all) {
  all.push_back({"qwen3_moe", {"qwen3_moe"}, {"qwen3moe"}, read_config, tensors, is_rotary_frequency});
}

}  // namespace partwise::internal
