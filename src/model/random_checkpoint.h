// Writes models that were never trained: a configuration, and weights as they are before training.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string_view>
#include <vector>

#include "base/json_fwd.h"
#include "base/progress.h"
#include "tensor/dtype.h"

namespace partwise {

/// The configuration of a published model, without its weights.
struct KnownShape {
  std::string_view name;    // "llama-2-7b"
  std::string_view config;  // config.json
};
const std::vector<KnownShape>& known_shapes();

/// Bytes of the weights of such a model. Errors: bad_data for a configuration that no architecture takes.
std::int64_t random_checkpoint_bytes(const Json& config, DType dtype);

/// Writes a Hugging Face folder: config.json, and a shard a layer in `dtype` (F32, F16 or BF16), an element of which
/// depends on seed, tensor and place alone (model/initial_weights.h). config.json comes last, so that a folder that was
/// not finished is no model. `progress` counts shards; what it throws ends the work.
/// Errors: bad_data; failure where the folder cannot be written to.
void write_random_checkpoint(const std::filesystem::path& folder, const Json& config, DType dtype, std::uint64_t seed,
                             const ProgressFn& progress = {});

}  // namespace partwise
