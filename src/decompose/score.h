// How probable the model finds texts that follow a prompt.
#pragma once

#include <span>
#include <vector>

#include "decompose/decompose.h"
#include "decompose/label_tree.h"

namespace partwise::internal {

/// The log-probability of label y of a tree that was read before every token (LabelTree::Reads::tokens): its first node
/// is point `first`. `log_sum_exp` is of the whole vocabulary's logits  [n_points].
double log_prob_of(const LabelTree& tree, std::int64_t y, std::int64_t first, const PointParts& parts,
                   std::span<const double> log_sum_exp);

/// The natural logarithm of each label's probability under the model: the sum over its tokens of
///   logit - log of the sum over the whole vocabulary of exp(logit)
/// in double precision. Labels are PromptIds::labels, or label_ids, and may be beginnings of each other.
/// [n_prompts] of [n_labels]
/// Errors: those of decompose_points(). If options.failures is set, labels of a prompt that fails have NaN.
std::vector<std::vector<double>> score_labels(const Engine& engine, std::span<const PromptIds> prompts,
                                              const DecomposeOptions& options = {});

}  // namespace partwise::internal
