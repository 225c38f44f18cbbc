// Labels of any number of tokens: what the parts add to each, and how probable each is among them (docs/maths.md).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "decompose/points.h"

namespace partwise::internal {

/// The tokens of several labels as a trie. At a node, several tokens may follow: its children. A label is a path, and
/// the model chooses it child by child. Where only one token may follow, nothing is chosen.
class LabelTree {
 public:
  struct Node {
    std::vector<std::int32_t> tokens;    // from the end of the prompt to here
    std::vector<std::int32_t> children;  // in the order in which labels name them first
  };
  struct Choice {
    std::int64_t node, child;
  };

  /// No label is empty, or the beginning of another.
  explicit LabelTree(std::span<const std::vector<std::int32_t>> labels);

  /// The root, even if it has one child, and all other nodes that have several.
  const std::vector<Node>& nodes() const { return nodes_; }
  /// The choices of each label, from the root on. Nodes with one child are none.  [n_labels]
  const std::vector<std::vector<Choice>>& paths() const { return paths_; }

 private:
  std::vector<Node> nodes_;
  std::vector<std::vector<Choice>> paths_;
};

/// The trees of prompts whose PromptIds::labels are set; for the others, trees of their label_ids.
std::vector<LabelTree> label_trees(std::span<const PromptIds> prompts);
/// The prompts, to be read at every node of their trees.
std::vector<PromptIds> read_at_nodes(std::span<const PromptIds> prompts, std::span<const LabelTree> trees);
/// The prompts, to be read at their last positions alone: of each label, the first token.
std::vector<PromptIds> read_at_roots(std::span<const PromptIds> prompts);
/// Sums what was read at the nodes along each label's path, centred over the children of each node:
///   part[y] = sum over choices (n, c) of part[n, c] - mean over c' of part[n, c']
///   logits[y] = sum over choices (n, c) of logits[n, c] - log sum over c' of exp(logits[n, c'])
/// So the logits are the labels' log-probabilities among the labels. What the two sums differ in, the mean of a node's
/// logits less their log-sum-exp, is no part's, and counts as bias. The certificate is the largest of all nodes' and of
/// the sum's own.
Contributions sum_along_paths(const PointParts& nodes, std::span<const LabelTree> trees);

/// logits[e, y] - log sum over labels of exp(logits[e, .]).  [n_examples, n_labels]
Array<float> log_probabilities(const Array<float>& logits);

}  // namespace partwise::internal
