// From prompts to contributions: one pass, the readout of every part at the last position, the certificate.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/progress.h"
#include "decompose/contributions.h"
#include "model/model.h"
#include "ops/backend.h"

namespace partwise {

struct PromptIds {
  std::vector<std::int32_t> ids;        // at least one
  std::vector<std::int32_t> label_ids;  // the same number for every prompt, at least two
};

struct DecomposeOptions {
  std::int64_t memory_bytes = std::int64_t{1} << 30;  // for activations; splits the tree into groups of leaves
  double certificate_bound = 1e-4;
  bool read_parts = true;  // off: logits only (what the decomposition costs is the difference)
  ProgressFn progress;     // done and total count tokens times layers
};

struct DecomposeStats {
  std::int64_t n_prompt_tokens = 0;    // over all prompts
  std::int64_t n_computed_tokens = 0;  // rows of the pass: distinct (prefix, token), over all groups
  double seconds = 0;
  double flops = 0;           // multiplications and additions of products and attention
  std::int64_t n_groups = 0;  // passes that the memory allows for
};

/// What decompose() would do, but for `seconds`. Errors: those of decompose() about prompts.
DecomposeStats plan_decompose(const Model& model, std::span<const PromptIds> prompts,
                              const DecomposeOptions& options = {});

/// Errors: bad_data (prompt longer than the context, id out of range, an empty prompt), failure (certificate above its
/// bound, or not a number), whatever `progress` throws.
Contributions decompose(const Model& model, const Backend& backend, std::span<const PromptIds> prompts,
                        const DecomposeOptions& options = {}, DecomposeStats* stats = nullptr);

}  // namespace partwise
