#include "decompose/label_reads.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "decompose/logit_cap.h"
#include "decompose/score.h"

namespace partwise::internal {

namespace {

/// The logits alone, as the model outputs them.
PointParts capped_logits(const PointParts& points, double cap) {
  PointParts only;
  only.first_label = points.first_label;
  only.flat.logits = points.flat.logits;
  for (float& logit : only.flat.logits.flat()) logit = static_cast<float>(capped(logit, cap));
  return only;
}

}  // namespace

LabelReads::LabelReads(std::span<const PromptIds> prompts, const DecomposeOptions& options, const ModelConfig& config)
    : asked_(prompts), score_(options.score), has_mass_(options.label_mass), config_(config) {
  if (!have_long_labels(prompts)) return;
  if (score_ == LabelScore::first && !has_mass_) {
    read_ = read_at_roots(prompts);
    return;
  }
  trees_ = label_trees(prompts, has_mass_ ? LabelTree::Reads::tokens : LabelTree::Reads::forks);
  read_ = read_at_nodes(prompts, trees_);
  if (!options.weighed) return;
  if (config.logit_cap > 0)
    throw Error(ErrorCode::usage,
                "the model caps its logits, so words are not found that drove the choice of labels of several tokens",
                "give labels of one token each");
  say_of_labels(read_, trees_);
}

DecomposeOptions LabelReads::options(DecomposeOptions asked) const {
  asked.vocabulary.log_sum_exp |= has_mass_;
  asked.before_cap = true;  // other prompts of the pass may have other labels
  return asked;
}

Contributions LabelReads::examples(PointParts points) const {
  if (!is_before_cap()) hold_cap(config_, points_of(prompts()), points);
  Array<float> mass_of_labels = mass(points);
  Contributions parts = scored(std::move(points));
  if (is_before_cap()) parts.logit_cap = config_.logit_cap;
  parts.log_probs = log_probabilities(parts.logits, parts.logit_cap);
  parts.label_mass = std::move(mass_of_labels);
  return parts;
}

Contributions LabelReads::scored(PointParts points) const {
  if (trees_.empty()) return std::move(points).as_examples();
  return score_ == LabelScore::first ? at_roots(points) : sum_along_trees(points, trees_);
}

/// A root's children are the first tokens of the labels, in their order.
Contributions LabelReads::at_roots(const PointParts& points) const {
  std::vector<std::int64_t> roots;
  std::int64_t first_point = 0;
  for (const LabelTree& tree : trees_)
    roots.push_back(std::exchange(first_point, first_point + std::ssize(tree.nodes())));
  std::vector<std::int64_t> stored(static_cast<std::size_t>(count_stored(prompts())));
  std::iota(stored.begin(), stored.end(), 0);
  return points.select(roots, stored).as_examples();
}

Array<float> LabelReads::mass(const PointParts& points) const {
  if (!has_mass_) return {};
  const PointParts shown = is_before_cap() ? capped_logits(points, config_.logit_cap) : PointParts();
  const PointParts& read = is_before_cap() ? shown : points;
  Array<float> mass({std::ssize(asked_)});
  std::int64_t first_point = 0;
  for (std::int64_t i = 0; i < mass.size(); ++i) {
    mass(i) = static_cast<float>(mass_of(i, first_point, read, points.vocabulary.log_sum_exp));
    first_point += trees_.empty() ? 1 : std::ssize(trees_[i].nodes());
  }
  return mass;
}

double LabelReads::mass_of(std::int64_t prompt, std::int64_t first_point, const PointParts& points,
                           const std::vector<double>& all) const {
  double mass = 0;
  if (trees_.empty())
    for (float logit : points.block(points.flat.logits, first_point, 1))
      mass += std::exp(double{logit} - all[first_point]);
  for (std::int64_t y = 0; !trees_.empty() && y < std::ssize(trees_[prompt].paths()); ++y)
    mass += std::exp(log_prob_of(trees_[prompt], y, first_point, points, all));
  return mass;
}

std::optional<Error> wrong_labels(const PromptIds& prompt, LabelScore score) {
  if (const std::size_t n = prompt.n_labels(); n < 2)
    return Error(ErrorCode::bad_data, fmt::format("it has {} label{}; at least two are needed", n, n == 1 ? "" : "s"));
  if (std::ranges::any_of(prompt.labels, &std::vector<std::int32_t>::empty))
    return Error(ErrorCode::bad_data, "it has a label without tokens");
  if (score == LabelScore::first) return same_first_tokens(prompt);
  return score == LabelScore::tree ? labels_that_begin_others(prompt) : std::nullopt;
}

}  // namespace partwise::internal
