// SmolLM3: Llama's block, without rotary embedding in every fourth layer. These layers may have a window.
//
// Reference: Bakouch et al., "SmolLM3" (2025); Yang et al., "RoPE to NoPE and Back Again" (2025).

#include <fmt/format.h>

#include "base/json.h"
#include "model/llama_family.h"

namespace partwise::internal {

namespace {

constexpr double kTheta = 2'000'000.0;
constexpr std::int64_t kInterval = 4;

/// All layers are rotated, except every `interval`th.
std::vector<bool> every_nth(std::int64_t n_layers, std::int64_t interval) {
  std::vector<bool> unrotated;
  for (std::int64_t l = 0; l < n_layers; ++l) unrotated.push_back((l + 1) % interval == 0);
  return unrotated;
}

/// `no_rope_layers` holds 1 for the layers that are rotated.
std::vector<bool> read_unrotated(ConfigReader& keys, std::int64_t n_layers) {
  const std::int64_t interval = keys.size("no_rope_layer_interval", kInterval);
  std::vector<bool> unrotated = keys.flags("no_rope_layers");
  if (unrotated.empty()) return every_nth(n_layers, interval);
  if (std::ssize(unrotated) != n_layers)
    keys.fail("no_rope_layers", fmt::format("has {} entries for {} layers", unrotated.size(), n_layers));
  unrotated.flip();
  return unrotated;
}

/// If windows are used, the layers that are not rotated have one, unless `layer_types` says otherwise.
void read_windows(ConfigReader& keys, ModelConfig& c) {
  keys.neutral({"sliding_window", "max_window_layers"});
  if (!keys.flag("use_sliding_window", false)) return check_layer_types(keys, c);
  const std::vector<bool> sliding = read_layer_types(keys, c.n_layers);
  if (!keys.has("sliding_window") && sliding.empty()) return;
  set_windows(c, sliding.empty() ? c.unrotated : sliding, keys.size("sliding_window"));
}

ModelConfig read_hugging_face(const Checkpoint& checkpoint, const std::set<std::string>& allowed) {
  const std::string where = (checkpoint.path() / "config.json").string();
  static const Json defaults = {
      {"tie_word_embeddings", true}, {"max_position_embeddings", 32768}, {"num_key_value_heads", 4}};
  ConfigReader keys(checkpoint.config(), where, allowed, defaults);
  ModelConfig c = read_hugging_face_sizes(keys);
  c.qkv_bias = c.o_bias = keys.flag("attention_bias", false);
  c.mlp_bias = keys.flag("mlp_bias", false);
  c.unrotated = read_unrotated(keys, c.n_layers);
  const RopeSurroundings around = read_rope_surroundings(keys, "rope_theta", kTheta, c.n_ctx);
  c.rope = read_either_spelling(keys, [&](ConfigReader& object) {
    object.expect("partial_rotary_factor", 1, "heads are rotated whole");
    return read_rope_object(object, around);
  });
  read_windows(keys, c);
  expect_silu(keys);
  keys.refuse_rest();
  return c;
}

/// Files do not say which layers are not rotated.
ModelConfig read_config(const Checkpoint& checkpoint, const std::set<std::string>& allowed) {
  const bool gguf = checkpoint.format() == "gguf";
  ModelConfig c = gguf ? read_family_gguf(checkpoint, "smollm3", allowed) : read_hugging_face(checkpoint, allowed);
  if (gguf) c.unrotated = every_nth(c.n_layers, kInterval);
  c.arch = "smollm3";
  return c;
}

std::vector<TensorSpec> tensors(const ModelConfig& c) {
  return llama_family_tensors(c, FamilyNorms{}, RowOrder::interleaved_rotary);
}

}  // namespace

void register_smollm3(std::vector<Architecture>& all) {
  all.push_back({"smollm3", {"smollm3"}, {"smollm3"}, read_config, tensors, is_rotary_frequency});
}

}  // namespace partwise::internal
