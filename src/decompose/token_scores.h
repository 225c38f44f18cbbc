// Scores of labels by their tokens' probabilities under the model, and what the parts add to them (docs/maths.md).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "decompose/decompose.h"

namespace partwise::internal {

/// The parts of LabelScore::sum, mean, bytes or pmi, which options.score names. At each token t of a label, a part adds
/// its logit of t less the mean of its logits of all tokens by their probabilities p, and the entropy of p is
/// subtracted as bias:
///   log p[t] = sum_j (g_j[t] - sum_v p_v g_j[v]) - H(p)
/// A first pass finds p, a second one reads the parts. `log_probs` are the scores, `label_mass` is the sum of the
/// labels' probabilities. The certificate also covers the difference between log sum_v exp l_v and
/// sum_v p_v l_v + H(p).
/// Errors: those of decompose_points(); usage if heads are split and the score has a reference.
Contributions decompose_token_scores(const Engine& engine, std::span<const PromptIds> prompts,
                                     const DecomposeOptions& options, DecomposeStats* stats);

/// What both passes take together. Errors: those of plan_points().
DecomposeStats plan_token_scores(const Engine& engine, std::span<const PromptIds> prompts,
                                 const DecomposeOptions& options);

}  // namespace partwise::internal
