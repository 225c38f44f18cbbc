// Mixtures of experts: their keys in configurations, and their tensors' names.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/architecture.h"
#include "model/config_reader.h"

namespace partwise::internal {

/// The names of keys in config.json, which differ between architectures, and what missing ones mean.
struct ExpertKeys {
  std::string_view n_experts = "num_experts";
  std::string_view d_mlp = "moe_intermediate_size";
};
/// Reads the sizes; the number of experts may also have the other one of its two usual names. Passes over keys of
/// training. Errors: bad_data for more experts than any model has, and if more are chosen than there are.
ExpertsConfig read_experts(ConfigReader& keys, const ModelConfig& c, const ExpertKeys& names);

/// Reads "PREFIX.expert_*" of a GGUF file, if it has experts. `normalised` holds if the file does not say.
std::optional<ExpertsConfig> read_gguf_experts(ConfigReader& keys, const std::string& prefix,
                                               const Checkpoint& checkpoint, const ModelConfig& c, bool normalised);

/// The names of a layer's router and experts in a Hugging Face folder, after "model.layers.L.".
struct ExpertNames {
  std::string_view router = "mlp.gate", experts = "mlp.experts";
  std::string_view gate = "gate_proj", in = "up_proj", out = "down_proj";
};
/// Adds a router and experts to the table. A GGUF file has one tensor for all experts' matrices of one kind, or, in the
/// oldest files, one for each.
void add_experts(std::vector<TensorSpec>& table, const ModelConfig& c, std::int64_t layer, const ExpertNames& names);

}  // namespace partwise::internal
