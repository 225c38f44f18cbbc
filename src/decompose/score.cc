#include "decompose/score.h"

namespace partwise::internal {

double log_prob_of(const LabelTree& tree, std::int64_t y, std::int64_t first, const PointParts& parts,
                   std::span<const double> log_sum_exp) {
  double sum = 0;
  for (const auto& [node, child] : tree.paths()[y])
    sum += double{parts.block(parts.flat.logits, first + node, 1)[child]} - log_sum_exp[first + node];
  return sum;
}

std::vector<std::vector<double>> score_labels(const Engine& engine, std::span<const PromptIds> prompts,
                                              const DecomposeOptions& options) {
  const std::vector<LabelTree> trees = label_trees(prompts, LabelTree::Reads::tokens);
  DecomposeOptions logits_only = options;
  logits_only.read_parts = false;
  logits_only.stored = {};
  logits_only.split_nothing();
  logits_only.vocabulary = {.log_sum_exp = true};
  const PointParts parts = decompose_points(engine, read_at_nodes(prompts, trees), logits_only);
  std::vector<std::vector<double>> scores;
  std::int64_t first = 0;
  for (const LabelTree& tree : trees) {
    std::vector<double>& own = scores.emplace_back();
    for (std::int64_t y = 0; y < std::ssize(tree.paths()); ++y)
      own.push_back(log_prob_of(tree, y, first, parts, parts.vocabulary.log_sum_exp));
    first += std::ssize(tree.nodes());
  }
  return scores;
}

}  // namespace partwise::internal
