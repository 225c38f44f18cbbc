#include "session/compute_options.h"

namespace partwise::internal {

std::string dtype_word(DType type) { return type == DType::bf16 ? "bf16" : "f32"; }

}  // namespace partwise::internal
