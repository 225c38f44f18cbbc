#include "decompose/token_scores.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "base/error.h"
#include "base/memory.h"
#include "decompose/label_tree.h"
#include "decompose/path_sums.h"
#include "decompose/score.h"

namespace partwise::internal {

namespace {

using Tokens = std::vector<std::int32_t>;

/// What the first pass asks of the vocabulary.
constexpr WholeVocabulary kReadFirst = {.mixture = Mixture::of_all};

/// What the passes read: the prompts, then each distinct prompt that a score refers to, both before every token of
/// their labels.
class TokenReads {
 public:
  explicit TokenReads(std::span<const PromptIds> prompts) : asked_(prompts.begin(), prompts.end()) {
    for (const PromptIds& prompt : prompts) reference_of_.push_back(add_reference(prompt));
    trees_ = label_trees(asked_, LabelTree::Reads::tokens);
    points_ = read_at_nodes(asked_, trees_);
    for (const LabelTree& tree : trees_) {
      first_point_.push_back(n_points_);
      n_points_ += std::ssize(tree.nodes());
    }
  }

  const std::vector<PromptIds>& points() const { return points_; }
  std::int64_t n_points() const { return n_points_; }
  /// The same, where each point is also read for row `point` of the mixtures.
  std::vector<PromptIds> with_mixtures(std::int64_t d_vocab) const {
    std::vector<PromptIds> read = points_;
    std::int64_t n = 0;
    for (PromptIds& prompt : read)
      for (ReadPoint& point : prompt.points) point.label_ids.push_back(static_cast<std::int32_t>(d_vocab + n++));
    return read;
  }

  LabelPaths paths(std::int64_t example, LabelScore score) const {
    LabelPaths paths;
    for (std::int64_t y = 0; y < std::ssize(trees_[example].paths()); ++y) {
      std::vector<PathStep>& steps = paths.emplace_back();
      add_steps(example, y, weight(example, y, score), steps);
      if (reference_of_[example] >= 0) add_steps(reference_of_[example], y, -1, steps);
    }
    return paths;
  }

  /// The sum of the labels' probabilities.
  double mass(std::int64_t example, const PointParts& parts) const {
    double mass = 0;
    const LabelTree& tree = trees_[example];
    for (std::int64_t y = 0; y < std::ssize(tree.paths()); ++y)
      mass += std::exp(log_prob_of(tree, y, first_point_[example], parts, parts.vocabulary.mixed_log_sum_exp));
    return mass;
  }

 private:
  /// Index of the prompt's reference, -1 if it has none.
  std::int64_t add_reference(const PromptIds& prompt) {
    if (prompt.reference.empty()) return -1;
    const auto [known, is_new] = references_.try_emplace({prompt.reference, labels_of(prompt)}, std::ssize(asked_));
    if (!is_new) return known->second;
    PromptIds& added = asked_.emplace_back(prompt);
    added.ids = prompt.reference;
    added.is_stored = false;
    return known->second;
  }

  double weight(std::int64_t example, std::int64_t y, LabelScore score) const {
    if (score == LabelScore::mean) return 1 / static_cast<double>(trees_[example].paths()[y].size());
    if (score == LabelScore::bytes) return 1 / static_cast<double>(asked_[example].label_bytes.at(y));
    return 1;
  }

  void add_steps(std::int64_t prompt, std::int64_t y, double weight, std::vector<PathStep>& steps) const {
    for (const auto& [node, child] : trees_[prompt].paths()[y])
      steps.push_back({first_point_[prompt] + node, child, weight});
  }

  std::vector<PromptIds> asked_, points_;
  std::vector<std::int64_t> reference_of_;  // of each example
  std::map<std::pair<Tokens, std::vector<Tokens>>, std::int64_t> references_;
  std::vector<LabelTree> trees_;
  std::vector<std::int64_t> first_point_;  // of each prompt
  std::int64_t n_points_ = 0;
};

/// The largest |log sum_v exp l_v - sum_v p_v l_v - H(p)| / max(1, |log sum_v exp l_v|) of the paths' points.
double mixture_certificate(const LabelPaths& paths, const PointParts& parts, const VocabularyAtPoints& all) {
  double miss = 0;
  for (const auto& path : paths)
    for (const PathStep& step : path) {
      const double mixed = parts.block(parts.flat.logits, step.point, 1).back(),
                   lse = all.mixed_log_sum_exp[step.point];
      const double difference = std::abs(lse - mixed - all.entropy[step.point]) / std::max(1.0, std::abs(lse));
      miss = difference <= miss ? miss : difference;  // a NaN stays
    }
  return miss;
}

/// Mixtures, entropies, and the labels' logits, of every point. Errors and failures are those of the second pass, too.
PointParts read_mixtures(const Engine& engine, const TokenReads& reads, const DecomposeOptions& options,
                         DecomposeStats& stats) {
  std::vector<PromptFailure> listed;
  DecomposeOptions first = options;
  first.read_parts = false;
  first.stored = {};
  first.split_nothing();
  first.vocabulary = kReadFirst;
  if (options.failures) first.failures = &listed;
  first.progress = pass_of(options.progress, 0, 2);
  return decompose_points(engine, reads.points(), first, &stats);
}

DecomposeStats sum_of(const DecomposeStats& first, DecomposeStats second) {
  second.n_computed_tokens += first.n_computed_tokens;
  second.seconds += first.seconds;
  second.flops += first.flops;
  second.n_groups = std::max(first.n_groups, second.n_groups);
  second.memory = std::max(first.memory, second.memory);
  return second;
}

void check_not_split(std::span<const PromptIds> prompts, const DecomposeOptions& options) {
  const bool refers = std::ranges::any_of(prompts, [](const PromptIds& prompt) { return !prompt.reference.empty(); });
  if (refers && options.splits_parts())
    throw Error(ErrorCode::usage, "parts cannot be split for the score 'pmi', which also reads another prompt",
                {"choose another score, or do not split parts", {{Setting::score, "sum"}}});
}

}  // namespace

Contributions decompose_token_scores(const Engine& engine, std::span<const PromptIds> prompts,
                                     const DecomposeOptions& options, DecomposeStats* stats) {
  check_not_split(prompts, options);
  const TokenReads reads(prompts);
  DecomposeStats first_pass, second_pass;
  const PointParts vocabulary = read_mixtures(engine, reads, options, first_pass);
  DecomposeOptions second = options;
  if (options.memory_bytes) second.memory_in_use = private_memory();
  second.mixtures = &vocabulary.vocabulary.mixtures;
  second.progress = pass_of(options.progress, 1, 2);
  const PointParts parts =
      decompose_points(engine, reads.with_mixtures(engine.model().config().d_vocab), second, &second_pass);
  if (stats) *stats = sum_of(first_pass, second_pass);
  const std::int64_t n = std::ssize(prompts);
  if (options.failures) std::erase_if(*options.failures, [n](const PromptFailure& f) { return f.prompt >= n; });

  std::vector<LabelPaths> paths;
  for (std::int64_t e = 0; e < n; ++e) paths.push_back(reads.paths(e, options.score));
  Contributions out = sum_along_paths(parts, paths, Rivals::vocabulary, vocabulary.vocabulary.mixed_log_sum_exp);
  out.label_mass = Array<float>({n});
  for (std::int64_t e = 0; e < n; ++e) {
    const double miss = mixture_certificate(paths[e], parts, vocabulary.vocabulary), sums = out.certificate(e);
    out.certificate(e) = static_cast<float>(miss <= sums ? sums : miss);
    out.label_mass(e) = static_cast<float>(reads.mass(e, vocabulary));
  }
  out.log_probs = out.logits;
  return out;
}

DecomposeStats plan_token_scores(const Engine& engine, std::span<const PromptIds> prompts,
                                 const DecomposeOptions& options) {
  const TokenReads reads(prompts);
  const Mixtures rows{Array<float>({reads.n_points(), 1}), {}};  // only counted
  DecomposeOptions both = options;                               // the second pass, beside what the first one found
  both.vocabulary = kReadFirst;
  both.mixtures = &rows;
  DecomposeStats stats = plan_points(engine, reads.with_mixtures(engine.model().config().d_vocab), both);
  stats.n_prompt_tokens = 0;
  for (const PromptIds& prompt : prompts) stats.n_prompt_tokens += std::ssize(prompt.ids);
  stats.n_computed_tokens *= 2;
  stats.flops *= 2;
  return stats;
}

}  // namespace partwise::internal
