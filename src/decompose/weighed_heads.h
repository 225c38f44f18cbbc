// Heads as a reader weighs them: what they read from each source of a prompt, summed over all heads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "decompose/options.h"
#include "model/config.h"
#include "tensor/array.h"

namespace partwise::internal {

/// How heads enter a reader's scores. A head that adds g[z] to the logit of each label z, and whose output is z_lh,
/// adds
///   sum_z logits[l, h, y, z] g[z] + outputs[l, y, h, :] . z_lh
/// to the score of label y.
struct HeadWeights {
  Array<double> logits;  // [n_layers, n_heads, n_labels, n_labels]
  Array<float> outputs;  // [n_layers, n_labels, n_heads, d_head]; empty if the reader does not read z
};

/// What DecomposeOptions::weighed asks for, and what it gets. A source is a stretch of a prompt, as for a split by
/// source, but only the sum over all heads is kept.
struct WeighedHeads {
  struct Asked {
    std::size_t weights = 0;            // which of `weights` the prompt's heads have
    std::vector<std::int32_t> sources;  // of each id, in [0, n_sources); a label's own tokens have source 0
  };

  std::vector<HeadWeights> weights;  // all of the same sizes
  std::int64_t n_sources = 0;
  std::vector<Asked> prompts;  // [n_prompts]
  Array<double> sums = {};     // [n_prompts, n_sources, n_labels]

  std::int64_t n_labels() const { return weights[0].logits.dim(2); }
  bool reads_outputs() const { return !weights[0].outputs.empty(); }
  /// Rows besides those of labels that heads are read against.
  std::int64_t n_rows() const { return reads_outputs() ? std::ssize(weights) * n_labels() : 0; }
};

/// Checks that `weighed` has a prompt for each of `prompts`, with a source for each id, and weights of the model's
/// sizes.
void check_weighed(const WeighedHeads& weighed, std::span<const PromptIds> prompts, const ModelConfig& config);

}  // namespace partwise::internal
