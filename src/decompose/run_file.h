// Runs as safetensors files: one line opens them in NumPy or PyTorch.
#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "base/file.h"
#include "decompose/contributions.h"

namespace partwise::internal {

/// Tensors that a run file may hold besides, by name. Readers of runs ignore them.
struct MoreTensors {
  std::vector<std::pair<std::string, Array<float>>> floats;
  std::vector<std::pair<std::string, Array<std::int32_t>>> integers;
};

/// Writes these tensors, and the run's metadata:
/// - heads, mlps, embed, bias, logits, certificate, log_probs (float32), and label_mass if it is known;
/// - hidden and z, if they were stored (run.stored_type: float32, or rounded to bfloat16);
/// - by_source, by_token, experts and source_certificate (float32), if parts were split; token_ids (int32) with
/// by_token;
/// - labels, and if there are any, split, label_ids and words (int32);
/// - of each of Contributions::other_sets, under set0., set2., set3., ...: heads to z of the above; and
/// demonstration_of (int32).
/// - `more`.
/// The caller commits `out`.
void write_run(OutputFile& out, const Run& run, const MoreTensors& more = {});

/// A file with only heads, mlps and logits is enough; without labels they are unknown. The stored_type is bf16 if
/// everything that is stored has that type. The metadata's `sets` says how many prompt sets there are.
/// Errors: missing_input; bad_data if a tensor has the wrong rank, type or size, if a value is not finite, or if a
/// label is outside [-1, n_labels).
Run read_run(const std::filesystem::path& path);

}  // namespace partwise::internal
