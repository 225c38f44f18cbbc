// Writes models that were never trained: a configuration and initial weights.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string_view>
#include <vector>

#include "base/json_fwd.h"
#include "base/progress.h"
#include "tensor/dtype.h"

namespace partwise::internal {

/// The configuration of a published model, without its weights.
struct KnownShape {
  std::string_view name;    // "llama-2-7b"
  std::string_view config;  // config.json
};
const std::vector<KnownShape>& known_shapes();

/// Bytes of the weights of such a model. Errors: bad_data for a configuration that no architecture accepts.
std::int64_t random_checkpoint_bytes(const Json& config, DType dtype);

/// Writes a Hugging Face folder: config.json, and one shard per layer in `dtype` (F32, F16 or BF16). An element depends
/// only on seed, tensor and place (model/initial_weights.h). config.json is written last, so an unfinished folder is
/// not a model. `progress` counts shards; if it throws, the work ends.
/// Errors: bad_data; failure if the folder cannot be written to.
void write_random_checkpoint(const std::filesystem::path& folder, const Json& config, DType dtype, std::uint64_t seed,
                             const ProgressFn& progress = {});

}  // namespace partwise::internal
