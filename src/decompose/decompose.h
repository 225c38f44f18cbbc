// From prompts to contributions: one pass, the readout of every part at the last position, the certificate.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/progress.h"
#include "decompose/contributions.h"
#include "model/ablation.h"
#include "model/model.h"
#include "ops/backend.h"
#include "tensor/dtype.h"

namespace partwise {

struct PromptIds {
  std::vector<std::int32_t> ids;        // at least one
  std::vector<std::int32_t> label_ids;  // the same number for every prompt, at least two
  std::vector<std::int32_t> sources;    // the source of each id, if heads are split by source
};

/// Bytes that a group's rows and prompts may take if memory_bytes is not set.
constexpr std::int64_t kUsualRowBytes = 400'000'000;

/// What a run stores of the last position besides contributions.
struct Stored {
  bool hidden = false, z = false;
  DType type = DType::f32;  // of both in a run file: f32 or bf16. Values in memory are rounded to it as well

  bool operator==(const Stored&) const = default;
};
/// How many values of hidden, and of z, are stored per prompt.
std::int64_t hidden_size(const Stored& stored, const ModelConfig& config);
std::int64_t z_size(const Stored& stored, const ModelConfig& config);

struct DecomposeOptions {
  /// Upper limit for the process's private memory (see memory.h): prompts are split into groups to stay below it. If it
  /// is not set, a group's rows and prompts may take kUsualRowBytes.
  std::optional<std::int64_t> memory_bytes;
  std::int64_t memory_in_use = 0;   // what the process held before this call
  double certificate_bound = 1e-4;  // for heads split by source in bf16: 200 times this
  std::int64_t n_sources = 0;       // how many sources PromptIds::sources names; 0: no split by source
  bool by_token = false;            // split heads by token
  /// Parts that are replaced at every position, and the values that replace them. These values are reported as the
  /// parts' contributions.
  std::vector<AblatedPart> ablated;
  bool read_parts = true;  // off: logits only (to measure what the decomposition costs)
  Stored stored;
  std::int64_t stored_prompts = -1;  // store hidden and z for the first N prompts only; -1: for all
  ProgressFn progress;               // done and total count tokens times layers
};

/// How many values the split heads of one prompt have. Every prompt has as many tokens as the longest one. 0: heads are
/// not split in this way.
struct SourceSizes {
  std::int64_t by_source = 0, by_token = 0;
};
SourceSizes source_sizes(std::span<const PromptIds> prompts, const DecomposeOptions& options,
                         const ModelConfig& config);

/// How many of n prompts have hidden and z stored.
std::int64_t stored_prompts(const DecomposeOptions& options, std::int64_t n_prompts);

struct DecomposeStats {
  std::int64_t n_prompt_tokens = 0;    // over all prompts
  std::int64_t n_computed_tokens = 0;  // rows of the pass: distinct (prefix, token), over all groups
  double seconds = 0;
  double flops = 0;           // multiplications and additions of products and attention
  std::int64_t n_groups = 0;  // groups that the memory limit leads to, one pass each
  std::int64_t memory = 0;    // bytes that the process will hold, approximately
};

/// What decompose() would report, without `seconds`. Errors: those of decompose() about prompts.
DecomposeStats plan_decompose(const Model& model, const Backend& backend, std::span<const PromptIds> prompts,
                              const DecomposeOptions& options = {});

/// Ablations that replace each of `parts` by zero. Errors: usage for a part that the model does not have.
std::vector<AblatedPart> zero_parts(const ModelConfig& config, std::span<const Component> parts);
/// Ablations that replace each of `parts` by its mean over all positions of all prompts (in the last layer: over last
/// positions). One additional pass finds all means. Errors: those of zero_parts(), and those of decompose() except the
/// certificate's.
std::vector<AblatedPart> mean_parts(const Model& model, const Backend& backend, std::span<const PromptIds> prompts,
                                    std::span<const Component> parts, const DecomposeOptions& options = {});

/// Errors: bad_data (a prompt longer than the context, an id out of range, an empty prompt), usage (memory_bytes is too
/// small; the error names the smallest that works), failure (the certificate exceeds its bound, or is not a number),
/// and whatever `progress` throws.
Contributions decompose(const Model& model, const Backend& backend, std::span<const PromptIds> prompts,
                        const DecomposeOptions& options = {}, DecomposeStats* stats = nullptr);

}  // namespace partwise
