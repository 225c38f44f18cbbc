// Labels of any number of tokens: what the parts add to each, and how probable each is among them (docs/maths.md).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/error.h"
#include "decompose/points.h"

namespace partwise::internal {

/// The tokens of several labels as a trie. At a node, several tokens may follow: its children. A label is a path, and
/// the model chooses it child by child. Where only one token may follow, nothing is chosen.
class LabelTree {
 public:
  /// Where the model is read: where several tokens may follow, and at the root; or before every token.
  enum class Reads { forks, tokens };
  struct Node {
    std::vector<std::int32_t> tokens;    // from the end of the prompt to here
    std::vector<std::int32_t> children;  // in the order in which labels name them first
  };
  struct Choice {
    std::int64_t node, child;
  };

  /// No label is empty, or, if forks are read, the beginning of another.
  explicit LabelTree(std::span<const std::vector<std::int32_t>> labels, Reads reads = Reads::forks);

  /// The nodes that are read; the root is the first.
  const std::vector<Node>& nodes() const { return nodes_; }
  /// The choices of each label at these nodes, from the root on. Where forks are read, a child that has no siblings is
  /// no choice.  [n_labels]
  const std::vector<std::vector<Choice>>& paths() const { return paths_; }

 private:
  std::vector<Node> nodes_;
  std::vector<std::vector<Choice>> paths_;
};

/// PromptIds::labels, or if there are none, label_ids as labels of one token each.
std::vector<std::vector<std::int32_t>> labels_of(const PromptIds& prompt);
/// Whether PromptIds::labels of any prompt are set.
bool have_long_labels(std::span<const PromptIds> prompts);
/// The trees of the prompts' labels.
std::vector<LabelTree> label_trees(std::span<const PromptIds> prompts,
                                   LabelTree::Reads reads = LabelTree::Reads::forks);
/// The prompts, to be read at every node of their trees.
std::vector<PromptIds> read_at_nodes(std::span<const PromptIds> prompts, std::span<const LabelTree> trees);
/// Says ReadPoint::of_labels: what sum_along_trees() makes of each node's logits, which is linear but for a constant.
void say_of_labels(std::span<PromptIds> read, std::span<const LabelTree> trees);
/// What is wrong if two labels begin with the same token, so that their first tokens do not tell them apart.
std::optional<Error> same_first_tokens(const PromptIds& prompt);
/// What is wrong if a label is the beginning of another, so that no tree tells them apart.
std::optional<Error> labels_that_begin_others(const PromptIds& prompt);
/// The prompts, to be read at their last positions alone: of each label, the first token.
std::vector<PromptIds> read_at_roots(std::span<const PromptIds> prompts);
/// Sums what was read at the nodes along each label's path (path_sums.h), where the children of a node are each
/// other's rivals. So the logits are the labels' log-probabilities among the labels. Nodes at which nothing is chosen
/// count for nothing.
Contributions sum_along_trees(const PointParts& nodes, std::span<const LabelTree> trees);

/// logits[e, y] - log sum over labels of exp(logits[e, .]).  [n_examples, n_labels]
Array<float> log_probabilities(const Array<float>& logits, double cap = 0);

}  // namespace partwise::internal
