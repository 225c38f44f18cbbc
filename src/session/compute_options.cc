#include "session/compute_options.h"

#include "base/memory.h"

namespace partwise {

std::string dtype_word(DType type) { return type == DType::bf16 ? "bf16" : "f32"; }

DecomposeOptions prepare_decompose(const ComputeOptions& compute) {
  if (compute.memory_bytes) give_back_large_blocks();  // otherwise holes between them would add to the memory
  DecomposeOptions options;
  options.memory_bytes = compute.memory_bytes;
  options.memory_in_use = private_memory();
  options.stored = compute.stored;
  return options;
}

}  // namespace partwise
