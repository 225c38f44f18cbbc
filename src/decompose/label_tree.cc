#include "decompose/label_tree.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <utility>

#include "base/error.h"

namespace partwise::internal {

namespace {

using Tokens = std::vector<std::int32_t>;

/// What may follow each beginning of a label; the empty one is first.
std::map<Tokens, Tokens> children_of_beginnings(std::span<const Tokens> labels) {
  std::map<Tokens, Tokens> children;
  for (const Tokens& label : labels)
    for (auto end = label.begin(); end != label.end(); ++end) {
      Tokens& known = children[{label.begin(), end}];
      if (std::ranges::find(known, *end) == known.end()) known.push_back(*end);
    }
  return children;
}

double log_sum_exp(std::span<const float> values) {
  const double top = *std::ranges::max_element(values);
  double sum = 0;
  for (float value : values) sum += std::exp(double{value} - top);
  return top + std::log(sum);
}

double mean(std::span<const float> values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

/// Sums one prompt's nodes.
class PathSums {
 public:
  PathSums(const PointParts& nodes, std::int64_t first_point, const LabelTree& tree)
      : nodes_(nodes), first_point_(first_point), tree_(tree) {}

  std::int64_t n_labels() const { return std::ssize(tree_.paths()); }

  /// The values of an array that has `per_label` of them for each label: `to` is [per_label, n_labels].
  void centred(const Array<float>& array, std::int64_t per_label, float* to) const {
    for (std::int64_t i = 0; i < per_label; ++i)
      for (std::int64_t y = 0; y < n_labels(); ++y) {
        double sum = 0;
        for (const auto& [node, child] : tree_.paths()[y]) {
          const auto values = at_node(array, node, per_label, i);
          sum += double{values[child]} - mean(values);
        }
        to[i * n_labels() + y] = static_cast<float>(sum);
      }
  }

  double log_prob(std::int64_t y) const {
    double sum = 0;
    for (const auto& [node, child] : tree_.paths()[y]) {
      const auto logits = at_node(nodes_.flat.logits, node, 1, 0);
      sum += double{logits[child]} - log_sum_exp(logits);
    }
    return sum;
  }

  /// What no part adds: for each choice, the mean of the node's logits less their log-sum-exp.
  double of_no_part(std::int64_t y) const {
    double sum = 0;
    for (const auto& [node, child] : tree_.paths()[y]) {
      const auto logits = at_node(nodes_.flat.logits, node, 1, 0);
      sum += mean(logits) - log_sum_exp(logits);
    }
    return sum;
  }

  float certificate() const {
    const auto all = nodes_.flat.certificate.flat().subspan(first_point_, tree_.nodes().size());
    float largest = 0;
    for (float each : all) largest = each <= largest ? largest : each;  // a NaN stays
    return largest;
  }

 private:
  /// Values `i` of all children of a node.
  std::span<const float> at_node(const Array<float>& array, std::int64_t node, std::int64_t per_label,
                                 std::int64_t i) const {
    const std::int64_t point = first_point_ + node, n = nodes_.n_labels(point);
    return nodes_.block(array, point, per_label).subspan(i * n, n);
  }

  const PointParts& nodes_;
  std::int64_t first_point_;
  const LabelTree& tree_;
};

/// The largest of the nodes' certificates and of |sum of the parts - logit| / max(1, max_y |logit|).
float certificate(const Contributions& parts, std::int64_t e, float of_nodes) {
  double miss = of_nodes, size = 1;
  for (std::int64_t y = 0; y < parts.n_labels(); ++y) size = std::max(size, std::abs(double{parts.logits(e, y)}));
  for (std::int64_t y = 0; y < parts.n_labels(); ++y) {
    double sum = double{parts.embed(e, y)} + double{parts.bias(e, y)};
    for (std::int64_t c = 0; c < parts.n_components(); ++c) sum += double{component_logits(parts, e, c)[y]};
    const double difference = std::abs(sum - double{parts.logits(e, y)}) / size;
    miss = difference <= miss ? miss : difference;  // a NaN stays
  }
  return static_cast<float>(miss);
}

void write_example(const PathSums& sums, const PointParts& nodes, std::int64_t e, Contributions& out) {
  sums.centred(nodes.flat.heads, nodes.n_layers * nodes.n_heads, &out.heads(e, 0, 0, 0));
  sums.centred(nodes.flat.mlps, nodes.n_layers, &out.mlps(e, 0, 0));
  sums.centred(nodes.flat.embed, 1, &out.embed(e, 0));
  sums.centred(nodes.flat.bias, 1, &out.bias(e, 0));
  for (std::int64_t y = 0; y < sums.n_labels(); ++y) {
    out.bias(e, y) = static_cast<float>(out.bias(e, y) + sums.of_no_part(y));
    out.logits(e, y) = static_cast<float>(sums.log_prob(y));
  }
  out.certificate(e) = certificate(out, e, sums.certificate());
}

}  // namespace

LabelTree::LabelTree(std::span<const Tokens> labels) {
  const std::map<Tokens, Tokens> children = children_of_beginnings(labels);
  for (const Tokens& label : labels)
    check_internal(!label.empty() && !children.contains(label), "no label is empty, or the beginning of another");
  std::map<Tokens, std::int64_t> node_of;
  for (const auto& [tokens, next] : children) {
    if (!tokens.empty() && next.size() == 1) continue;
    node_of[tokens] = std::ssize(nodes_);
    nodes_.push_back({tokens, next});
  }
  for (const Tokens& label : labels) {
    std::vector<Choice>& path = paths_.emplace_back();
    for (auto end = label.begin(); end != label.end(); ++end) {
      const auto node = node_of.find({label.begin(), end});
      if (node == node_of.end() || nodes_[node->second].children.size() == 1) continue;
      const Tokens& next = nodes_[node->second].children;
      path.push_back({node->second, std::ranges::find(next, *end) - next.begin()});
    }
  }
}

std::vector<LabelTree> label_trees(std::span<const PromptIds> prompts) {
  std::vector<LabelTree> trees;
  for (const PromptIds& prompt : prompts) {
    std::vector<Tokens> labels = prompt.labels;
    if (labels.empty())
      for (std::int32_t id : prompt.label_ids) labels.push_back({id});
    trees.emplace_back(labels);
  }
  return trees;
}

std::vector<PromptIds> read_at_nodes(std::span<const PromptIds> prompts, std::span<const LabelTree> trees) {
  std::vector<PromptIds> read;
  for (std::size_t i = 0; i < prompts.size(); ++i) {
    PromptIds& prompt = read.emplace_back(PromptIds{prompts[i].ids, {}, prompts[i].sources, prompts[i].is_stored});
    for (const LabelTree::Node& node : trees[i].nodes())
      prompt.points.push_back({std::ssize(prompt.ids) - 1 + std::ssize(node.tokens), node.children, node.tokens});
  }
  return read;
}

std::vector<PromptIds> read_at_roots(std::span<const PromptIds> prompts) {
  std::vector<PromptIds> read(prompts.begin(), prompts.end());
  for (PromptIds& prompt : read) {
    for (const Tokens& label : prompt.labels) prompt.label_ids.push_back(label.front());
    prompt.labels.clear();
  }
  return read;
}

Contributions sum_along_paths(const PointParts& nodes, std::span<const LabelTree> trees) {
  const std::int64_t n = std::ssize(trees), n_labels = std::ssize(trees[0].paths());
  Contributions out;
  out.heads = Array<float>({n, nodes.n_layers, nodes.n_heads, n_labels});
  out.mlps = Array<float>({n, nodes.n_layers, n_labels});
  out.embed = out.bias = out.logits = Array<float>({n, n_labels});
  out.certificate = Array<float>({n});
  out.hidden = nodes.flat.hidden;
  out.z = nodes.flat.z;
  // A label's logit is its log-probability already: over all labels the probabilities sum to one.
  for (std::int64_t e = 0, point = 0; e < n; point += std::ssize(trees[e].nodes()), ++e)
    write_example(PathSums(nodes, point, trees[e]), nodes, e, out);
  return out;
}

Array<float> log_probabilities(const Array<float>& logits) {
  Array<float> out(logits.shape());
  const std::int64_t n_labels = logits.dim(1);
  for (std::int64_t e = 0; e < logits.dim(0); ++e) {
    const std::span<const float> row = logits.flat().subspan(e * n_labels, n_labels);
    const double all = log_sum_exp(row);
    for (std::int64_t y = 0; y < n_labels; ++y) out(e, y) = static_cast<float>(double{row[y]} - all);
  }
  return out;
}

}  // namespace partwise::internal
