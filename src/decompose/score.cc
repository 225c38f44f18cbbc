#include "decompose/score.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace partwise::internal {

namespace {

using Tokens = std::vector<std::int32_t>;

std::vector<Tokens> labels_of(const PromptIds& prompt) {
  std::vector<Tokens> labels = prompt.labels;
  for (std::int32_t id : prompt.label_ids) labels.push_back({id});
  return labels;
}

/// A prompt that is read at the beginning of every label's token, for the tokens that follow there.
struct ReadPrompt {
  PromptIds prompt;
  std::map<Tokens, std::int64_t> point_of;  // by the tokens before

  explicit ReadPrompt(const PromptIds& asked) : prompt{asked.ids, {}, {}, asked.is_stored} {
    for (const Tokens& label : labels_of(asked))
      for (auto end = label.begin(); end != label.end(); ++end) add({label.begin(), end}, *end);
  }

 private:
  void add(const Tokens& before, std::int32_t token) {
    const auto [entry, is_new] = point_of.try_emplace(before, std::ssize(prompt.points));
    if (is_new) prompt.points.push_back({std::ssize(prompt.ids) - 1 + std::ssize(before), {}, before});
    Tokens& follow = prompt.points[entry->second].label_ids;
    if (std::ranges::find(follow, token) == follow.end()) follow.push_back(token);
  }
};

/// The label's log-probability; the prompt's first point is `first`.
double score_of(const Tokens& label, const ReadPrompt& read, std::int64_t first, const PointParts& parts) {
  double sum = 0;
  for (auto end = label.begin(); end != label.end(); ++end) {
    const std::int64_t point = read.point_of.at({label.begin(), end});
    const Tokens& follow = read.prompt.points[point].label_ids;
    const auto logits = parts.block(parts.flat.logits, first + point, 1);
    sum +=
        double{logits[std::ranges::find(follow, *end) - follow.begin()]} - parts.vocabulary.log_sum_exp[first + point];
  }
  return sum;
}

}  // namespace

std::vector<std::vector<double>> score_labels(const Engine& engine, std::span<const PromptIds> prompts,
                                              const DecomposeOptions& options) {
  std::vector<ReadPrompt> read(prompts.begin(), prompts.end());
  std::vector<PromptIds> points;
  for (const ReadPrompt& one : read) points.push_back(one.prompt);
  DecomposeOptions logits_only = options;
  logits_only.read_parts = false;
  logits_only.vocabulary = {.log_sum_exp = true};
  const PointParts parts = decompose_points(engine, points, logits_only);
  std::vector<std::vector<double>> scores;
  std::int64_t first = 0;
  for (std::size_t i = 0; i < prompts.size(); first += std::ssize(points[i].points), ++i) {
    std::vector<double>& own = scores.emplace_back();
    for (const Tokens& label : labels_of(prompts[i])) own.push_back(score_of(label, read[i], first, parts));
  }
  return scores;
}

}  // namespace partwise::internal
