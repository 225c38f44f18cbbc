// Runs as safetensors files: one line opens them in NumPy or PyTorch.
#pragma once

#include <filesystem>

#include "base/file.h"
#include "decompose/contributions.h"

namespace partwise {

/// Tensors heads, mlps, embed, bias, logits, certificate (float32); hidden and z where they were stored
/// (run.stored_type: float32, or rounded to bfloat16); by_source, by_token and source_certificate (float32) where heads
/// were split, with token_ids (int32) for the second; labels and, where there is one, split (int32); metadata as the
/// run holds it. The caller commits `out`.
void write_run(OutputFile& out, const Run& run);

/// A file with only heads, mlps, logits and labels is enough (labels may be missing too: unknown).
/// The stored_type is bf16 where all that is stored has that type.
/// Errors: missing_input; bad_data where a tensor has the wrong rank, type or size, where a value is not finite,
/// or where a label is outside [-1, n_labels).
Run read_run(const std::filesystem::path& path);

}  // namespace partwise
