// What OLMo 2 and OLMo 3 share.
#pragma once

#include <string>
#include <vector>

#include "model/architecture.h"

namespace partwise::internal {

/// The configuration with what files of the family do not say: where norms are.
inline ModelConfig as_olmo(ModelConfig c, const std::string& arch) {
  c.arch = arch;
  c.pre_norms = false;
  c.post_norms = true;
  c.qk_norm = QkNorm::rows;
  return c;
}

std::vector<TensorSpec> olmo_tensors(const ModelConfig& c);

}  // namespace partwise::internal
