#include "decompose/label_tree.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <utility>

#include "base/error.h"
#include "decompose/logit_cap.h"
#include "decompose/path_sums.h"

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

}  // namespace

LabelTree::LabelTree(std::span<const Tokens> labels, Reads reads) {
  const std::map<Tokens, Tokens> children = children_of_beginnings(labels);
  const bool is_read_where_forced = reads == Reads::tokens;
  for (const Tokens& label : labels)
    check_internal(!label.empty() && (is_read_where_forced || !children.contains(label)),
                   "no label is empty, or the beginning of another");
  std::map<Tokens, std::int64_t> node_of;
  for (const auto& [tokens, next] : children) {
    if (!is_read_where_forced && !tokens.empty() && next.size() == 1) continue;
    node_of[tokens] = std::ssize(nodes_);
    nodes_.push_back({tokens, next});
  }
  for (const Tokens& label : labels) {
    std::vector<Choice>& path = paths_.emplace_back();
    for (auto end = label.begin(); end != label.end(); ++end) {
      const auto node = node_of.find({label.begin(), end});
      if (node == node_of.end()) continue;
      const Tokens& next = nodes_[node->second].children;
      if (is_read_where_forced || next.size() > 1)
        path.push_back({node->second, std::ranges::find(next, *end) - next.begin()});
    }
  }
}

std::vector<Tokens> labels_of(const PromptIds& prompt) {
  std::vector<Tokens> labels = prompt.labels;
  if (labels.empty())
    for (std::int32_t id : prompt.label_ids) labels.push_back({id});
  return labels;
}

bool have_long_labels(std::span<const PromptIds> prompts) {
  return std::ranges::any_of(prompts, [](const PromptIds& prompt) { return !prompt.labels.empty(); });
}

std::vector<LabelTree> label_trees(std::span<const PromptIds> prompts, LabelTree::Reads reads) {
  std::vector<LabelTree> trees;
  for (const PromptIds& prompt : prompts) trees.emplace_back(labels_of(prompt), reads);
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

void say_of_labels(std::span<PromptIds> read, std::span<const LabelTree> trees) {
  for (std::size_t i = 0; i < read.size(); ++i) {
    const auto& paths = trees[i].paths();
    for (ReadPoint& point : read[i].points) point.of_labels.resize(paths.size() * point.label_ids.size());
    for (std::size_t y = 0; y < paths.size(); ++y)
      for (const auto& [node, child] : paths[y]) {
        const std::size_t n = trees[i].nodes()[node].children.size();
        const std::span<double> own = std::span(read[i].points[node].of_labels).subspan(y * n, n);
        if (n == 1) continue;
        for (double& count : own) count -= 1 / static_cast<double>(n);
        own[child] += 1;
      }
  }
}

std::optional<Error> same_first_tokens(const PromptIds& prompt) {
  std::map<std::int32_t, std::size_t> label_of;
  const std::vector<Tokens> labels = labels_of(prompt);
  for (std::size_t y = 0; y < labels.size(); ++y) {
    const auto [known, is_new] = label_of.try_emplace(labels[y].front(), y);
    if (is_new) continue;
    return Error(
        ErrorCode::bad_data,
        fmt::format("labels {} and {} begin with the same token, {}, so their first tokens do not tell them apart",
                    known->second, y, labels[y].front()),
        {"score labels by all of their tokens", {{Setting::score, "tree"}}});
  }
  return std::nullopt;
}

std::optional<Error> labels_that_begin_others(const PromptIds& prompt) {
  std::vector<Tokens> labels = labels_of(prompt);
  std::ranges::sort(labels);  // a beginning stands right before what it begins
  for (std::size_t y = 1; y < labels.size(); ++y) {
    if (labels[y - 1].size() >= labels[y].size()) continue;
    if (std::ranges::mismatch(labels[y - 1], labels[y]).in1 == labels[y - 1].end())
      return Error(
          ErrorCode::bad_data,
          fmt::format("the tokens of a label, {}, are the beginning of another's, {}", labels[y - 1], labels[y]),
          "let every label end in a token that no label has inside, such as a line end");
  }
  return std::nullopt;
}

std::vector<PromptIds> read_at_roots(std::span<const PromptIds> prompts) {
  std::vector<PromptIds> read(prompts.begin(), prompts.end());
  for (PromptIds& prompt : read) {
    for (const Tokens& label : prompt.labels) prompt.label_ids.push_back(label.front());
    prompt.labels.clear();
  }
  return read;
}

Contributions sum_along_trees(const PointParts& nodes, std::span<const LabelTree> trees) {
  std::vector<LabelPaths> examples;
  std::int64_t first_point = 0;
  for (const LabelTree& tree : trees) {
    LabelPaths& paths = examples.emplace_back();
    for (const auto& choices : tree.paths()) {
      std::vector<PathStep>& steps = paths.emplace_back();
      for (const auto& [node, child] : choices)
        if (tree.nodes()[node].children.size() > 1) steps.push_back({first_point + node, child});
    }
    first_point += std::ssize(tree.nodes());
  }
  std::vector<double> of_children;
  for (std::int64_t point = 0; point < nodes.n_points(); ++point)
    of_children.push_back(log_sum_exp(nodes.block(nodes.flat.logits, point, 1)));
  return sum_along_paths(nodes, examples, Rivals::columns, of_children);
}

Array<float> log_probabilities(const Array<float>& logits, double cap) {
  Array<float> out(logits.shape());
  std::ranges::transform(logits.flat(), out.data(),
                         [=](float logit) { return static_cast<float>(capped(logit, cap)); });
  const std::int64_t n_labels = logits.dim(1);
  for (std::int64_t e = 0; e < logits.dim(0); ++e) {
    const std::span<float> row = out.flat().subspan(e * n_labels, n_labels);
    const double all = log_sum_exp(row);
    for (float& value : row) value = static_cast<float>(double{value} - all);
  }
  return out;
}

}  // namespace partwise::internal
