#include "model/expert_keys.h"

#include <fmt/format.h>

namespace partwise::internal {
namespace {

/// The table of tensors gets an entry per layer and expert before tensors are counted, so their number is limited.
constexpr std::int64_t kMostExperts = 1 << 17;  // in all layers

/// Errors: bad_data, naming the keys.
void check_experts(const ConfigReader& keys, const ModelConfig& c, const ExpertsConfig& e, std::string_view n_experts,
                   std::string_view n_used) {
  if (e.n_experts > kMostExperts / c.n_layers)
    keys.fail(n_experts, fmt::format("is {} in {} layers, more than any model has", e.n_experts, c.n_layers));
  if (e.n_used > e.n_experts) keys.fail(n_used, fmt::format("is {}, and there are {} experts", e.n_used, e.n_experts));
}

}  // namespace

ExpertsConfig read_experts(ConfigReader& keys, const ModelConfig& c, const ExpertKeys& names) {
  const std::string_view other = names.n_experts == "num_experts" ? "num_local_experts" : "num_experts",
                         given = keys.names(other) && !keys.names(names.n_experts) ? other : names.n_experts;
  ExpertsConfig e;
  e.n_experts = keys.size(given);
  if (given != other && keys.names(other)) keys.expect(other, e.n_experts, fmt::format("'{}' says the same", given));
  e.n_used = keys.size("num_experts_per_tok");
  e.d_mlp = keys.size(names.d_mlp);
  check_experts(keys, c, e, given, "num_experts_per_tok");
  keys.neutral({"output_router_logits", "router_aux_loss_coef", "router_jitter_noise"});  // of training
  return e;
}

std::optional<ExpertsConfig> read_gguf_experts(ConfigReader& keys, const std::string& prefix,
                                               const Checkpoint& checkpoint, const ModelConfig& c, bool normalised) {
  const std::string first = prefix + "expert_";
  ExpertsConfig e;
  e.n_experts = keys.count(first + "count", 0);
  if (e.n_experts == 0) {
    keys.expect(first + "used_count", 0, "there are no experts");
    return {};
  }
  e.n_used = keys.size(first + "used_count");
  e.d_mlp = keys.size(first + "feed_forward_length", c.d_mlp);
  e.normalised = keys.flag(first + "weights_norm", normalised);
  e.split_in_gguf = checkpoint.tensors().contains("blk.0.ffn_gate.0.weight");
  keys.expect(first + "gating_func", 1, "experts are weighed by a softmax");
  keys.expect(first + "weights_scale", 1, "weights of experts are not scaled");
  check_experts(keys, c, e, first + "count", first + "used_count");
  return e;
}

void add_experts(std::vector<TensorSpec>& table, const ModelConfig& c, std::int64_t layer, const ExpertNames& names) {
  const ExpertsConfig& e = *c.experts;
  const std::string ours = fmt::format("blocks.{}.mlp.", layer), hugging_face = fmt::format("model.layers.{}.", layer),
                    gguf = fmt::format("blk.{}.", layer);
  table.push_back({ours + "W_router",
                   {e.n_experts, c.d_model},
                   {fmt::format("{}{}.weight", hugging_face, names.router)},
                   {gguf + "ffn_gate_inp.weight"}});
  const auto add = [&](std::int64_t expert, const char* name, const Shape& shape, std::string_view in_folder,
                       std::string_view in_gguf) {
    InFile slice(fmt::format("{}{}_exps.weight", gguf, in_gguf));
    slice.slice = expert;
    slice.n_slices = e.n_experts;
    if (e.split_in_gguf) slice = InFile(fmt::format("{}{}.{}.weight", gguf, in_gguf, expert));
    table.push_back({fmt::format("{}experts.{}.{}", ours, expert, name),
                     shape,
                     {fmt::format("{}{}.{}.{}.weight", hugging_face, names.experts, expert, in_folder)},
                     slice});
  };
  for (std::int64_t i = 0; i < e.n_experts; ++i) {
    add(i, "W_gate", {e.d_mlp, c.d_model}, names.gate, "ffn_gate");
    add(i, "W_in", {e.d_mlp, c.d_model}, names.in, "ffn_up");
    add(i, "W_out", {c.d_model, e.d_mlp}, names.out, "ffn_down");
  }
}

}  // namespace partwise::internal
