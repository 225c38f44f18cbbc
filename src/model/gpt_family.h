// The keys that GPT-2 and GPT-J have in common.
#pragma once

#include "model/config.h"
#include "model/config_reader.h"

namespace partwise::internal {

/// Reads sizes, which may also have the names of newer architectures. transformers' values for missing keys must be the
/// reader's defaults. Every head has its own keys.
void read_gpt_sizes(ConfigReader& keys, ModelConfig& config);
/// Errors: bad_data for another function than GELU.
Activation read_gpt_activation(ConfigReader& keys);

}  // namespace partwise::internal
