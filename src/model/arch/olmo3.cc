// OLMo 3: OLMo 2's block, with a window in three layers of four. Only layers without a window are scaled to long
// contexts.
//
// GGUF files call it "olmo2" (olmo2.cc). Reference: OLMo Team, "Olmo 3" (2025).

#include <fmt/format.h>

#include "base/json.h"
#include "model/llama_family.h"
#include "model/olmo_family.h"

namespace partwise::internal {

namespace {

constexpr double kTheta = 500000.0;
constexpr std::int64_t kPattern = 4;  // every fourth layer has no window

/// In the older spelling, versions of transformers differ in the base that is left out, and in layers with a window
/// also in another base than this one.
void check_older_base(ConfigReader& keys) {
  if (keys.object("rope_parameters").empty() && keys.number("rope_theta", 0) != kTheta)
    keys.fail("rope_theta", fmt::format("is not {}: versions of transformers differ then; give 'rope_parameters', "
                                        "with the bases of both kinds of layers",
                                        kTheta));
}

ModelConfig read_config(const Checkpoint& checkpoint, const std::set<std::string>& allowed) {
  const std::string where = (checkpoint.path() / "config.json").string();
  static const Json defaults = {{"rms_norm_eps", 1e-5}, {"sliding_window", 4096}};
  ConfigReader keys(checkpoint.config(), where, allowed, defaults);
  ModelConfig c = read_hugging_face_sizes(keys);
  c.qkv_bias = c.o_bias = keys.flag("attention_bias", false);
  const RopeSurroundings around = read_rope_surroundings(keys, "rope_theta", kTheta, c.n_ctx);
  check_older_base(keys);
  read_ropes_by_layer(keys, around, around, c);
  const std::vector<bool> sliding = read_layer_types(keys, c.n_layers);
  set_windows(c, sliding.empty() ? all_but_every_nth(c.n_layers, kPattern) : sliding, keys.size("sliding_window"));
  expect_silu(keys);
  keys.refuse_rest();
  return as_olmo(c, "olmo3");
}

}  // namespace

void register_olmo3(std::vector<Architecture>& all) {
  all.push_back({"olmo3", {"olmo3"}, {}, read_config, olmo_tensors, is_rotary_frequency});
}

}  // namespace partwise::internal
