// What the Gemma models share.
#pragma once

#include <vector>

#include "model/config_reader.h"
#include "model/llama_family.h"

namespace partwise::internal {

/// What no file says: the scaled embedding, and GELU computed with tanh.
ModelConfig as_gemma(ModelConfig c, const char* arch);

/// Checks that the key says so, if it is there.
void expect_tanh_gelu(ConfigReader& keys, const char* key);

/// Norms multiply by 1 + gamma: Hugging Face's files hold gamma, GGUF files the sum. Gemma 2 and 3 also have norms
/// after blocks.
std::vector<TensorSpec> gemma_tensors(const ModelConfig& c);

}  // namespace partwise::internal
