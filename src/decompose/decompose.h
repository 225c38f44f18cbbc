// From prompts to contributions: one pass, the readout of every part at the last position, the certificate.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "decompose/contributions.h"
#include "decompose/options.h"
#include "decompose/points.h"
#include "pass/engine.h"

namespace partwise::internal {

struct DecomposeStats {
  std::int64_t n_prompt_tokens = 0;    // over all prompts
  std::int64_t n_computed_tokens = 0;  // rows of the pass: distinct (prefix, token), over all groups
  double seconds = 0;
  double flops = 0;           // multiplications and additions of products and attention
  std::int64_t n_groups = 0;  // groups that the memory limit leads to, one pass each
  std::int64_t memory = 0;    // bytes that the process will hold, approximately
};

/// What decompose() would report, without `seconds`. Errors: those of decompose() about prompts.
DecomposeStats plan_decompose(const Engine& engine, std::span<const PromptIds> prompts,
                              const DecomposeOptions& options = {});

/// The same for decompose_points().
DecomposeStats plan_points(const Engine& engine, std::span<const PromptIds> prompts,
                           const DecomposeOptions& options = {});

/// Ablations that replace each of `parts` by zero. Errors: usage for a part that the model does not have.
std::vector<AblatedPart> zero_parts(const ModelConfig& config, std::span<const Component> parts);
/// Ablations that replace each of `parts` by its mean over all positions of all prompts (in the last layer: over read
/// points). One additional pass finds all means. Errors: those of zero_parts(), and those of decompose() except the
/// certificate's.
std::vector<AblatedPart> mean_parts(const Engine& engine, std::span<const PromptIds> prompts,
                                    std::span<const Component> parts, const DecomposeOptions& options = {});

/// The parts at every read point. Errors: bad_data (a prompt longer than the context, an id out of range, an empty
/// prompt, nothing to read) and failure (the certificate exceeds its bound, or is not a number), which name the prompt
/// and which options.failures can list instead; usage (memory_bytes is too small; the error names a size that is
/// enough), and whatever `progress` throws.
PointParts decompose_points(const Engine& engine, std::span<const PromptIds> prompts,
                            const DecomposeOptions& options = {}, DecomposeStats* stats = nullptr);

/// The parts of the score of every label after every prompt, as options.score says. Each prompt has the same number of
/// labels, at least two, and no other read points. If labels have several tokens, LabelScore::tree is that of
/// label_tree.h. Errors: those of decompose_points(); bad_data for a prompt with another number of labels, and for
/// LabelScore::first if two labels begin with the same token.
Contributions decompose(const Engine& engine, std::span<const PromptIds> prompts, const DecomposeOptions& options = {},
                        DecomposeStats* stats = nullptr);
/// The same for prompts that need not have the same number of labels: contributions of one example each, with the bits
/// of decompose() of that prompt alone. Unless the score is over the vocabulary, one pass reads them all. by_token has
/// columns for the longest prompt of a pass. Errors: those of decompose(). With options.failures, a prompt whose labels
/// are wrong fails alone, too, and its contributions are empty.  [n_prompts]
std::vector<Contributions> decompose_each(const Engine& engine, std::span<const PromptIds> prompts,
                                          const DecomposeOptions& options = {}, DecomposeStats* stats = nullptr);
/// The examples of all, one after another. They must have the same number of labels, and hold the same.
Contributions join_examples(std::span<const Contributions> all);
/// decompose() for one pass, with layers that are streamed.
inline Contributions decompose(const Model& model, const Backend& backend, std::span<const PromptIds> prompts,
                               const DecomposeOptions& options = {}, DecomposeStats* stats = nullptr) {
  return decompose(Engine(model, backend), prompts, options, stats);
}

}  // namespace partwise::internal
