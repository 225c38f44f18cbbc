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
  std::vector<std::int32_t> sources;    // of each id, what it belongs to, where heads are split by source
};

/// What a group's rows and prompts may take where nothing is said.
constexpr std::int64_t kUsualRowBytes = 400'000'000;

/// What is stored of the last position besides contributions.
struct Stored {
  bool hidden = false, z = false;
  DType type = DType::f32;  // of both in a run file, f32 or bf16; values in memory are rounded to it, too

  bool operator==(const Stored&) const = default;
};
/// Values that are stored of one prompt.
std::int64_t hidden_size(const Stored& stored, const ModelConfig& config);
std::int64_t z_size(const Stored& stored, const ModelConfig& config);

struct DecomposeOptions {
  /// That the process may hold in all (see memory.h), which splits the tree into groups of leaves; and what it holds
  /// before. Nothing: what is needed anyway and kUsualRowBytes.
  std::optional<std::int64_t> memory_bytes;
  std::int64_t memory_in_use = 0;
  double certificate_bound = 1e-4;  // of the sources of heads in bf16 200 times that
  std::int64_t n_sources = 0;       // how many PromptIds::sources names; 0: heads are not split by them
  bool by_token = false;            // heads are split by token
  /// Parts that the model is run without, at every position, and what stands in their place. They are reported as what
  /// they then add.
  std::vector<AblatedPart> ablated;
  bool read_parts = true;  // off: logits only (what the decomposition costs is the difference)
  Stored stored;
  std::int64_t stored_prompts = -1;  // of the first so many prompts; -1 all
  ProgressFn progress;               // done and total count tokens times layers
};

/// Values of a prompt's heads as they are split: by source, and by token, of which there are as many as in the longest
/// prompt. 0 where they are not.
struct SourceSizes {
  std::int64_t by_source = 0, by_token = 0;
};
SourceSizes source_sizes(std::span<const PromptIds> prompts, const DecomposeOptions& options,
                         const ModelConfig& config);

/// Prompts of n whose hidden and z are stored.
std::int64_t stored_prompts(const DecomposeOptions& options, std::int64_t n_prompts);

struct DecomposeStats {
  std::int64_t n_prompt_tokens = 0;    // over all prompts
  std::int64_t n_computed_tokens = 0;  // rows of the pass: distinct (prefix, token), over all groups
  double seconds = 0;
  double flops = 0;           // multiplications and additions of products and attention
  std::int64_t n_groups = 0;  // passes that the memory allows for
  std::int64_t memory = 0;    // bytes that the process comes to hold, about
};

/// What decompose() would do, but for `seconds`. Errors: those of decompose() about prompts.
DecomposeStats plan_decompose(const Model& model, const Backend& backend, std::span<const PromptIds> prompts,
                              const DecomposeOptions& options = {});

/// With zero in the place of each. Errors: usage for a part that the model does not have.
std::vector<AblatedPart> zero_parts(const ModelConfig& config, std::span<const Component> parts);
/// With the mean of each over all positions of all prompts in its place (in the last layer over last positions), which
/// a pass of its own finds for all of them. Errors: the same, and those of decompose() but for the certificate.
std::vector<AblatedPart> mean_parts(const Model& model, const Backend& backend, std::span<const PromptIds> prompts,
                                    std::span<const Component> parts, const DecomposeOptions& options = {});

/// Errors: bad_data (prompt longer than the context, id out of range, an empty prompt), usage (memory_bytes is too
/// little; names the least that works), failure (certificate above its bound, or not a number), whatever `progress`
/// throws.
Contributions decompose(const Model& model, const Backend& backend, std::span<const PromptIds> prompts,
                        const DecomposeOptions& options = {}, DecomposeStats* stats = nullptr);

}  // namespace partwise
