// Examples: labels after prompts, however labels are scored.
#include <fmt/format.h>

#include <cmath>
#include <utility>

#include "base/error.h"
#include "decompose/check.h"
#include "decompose/decompose.h"
#include "decompose/label_tree.h"
#include "decompose/score.h"
#include "decompose/token_scores.h"

namespace partwise::internal {

namespace {

/// Errors: bad_data for a prompt that does not have as many labels as the first, or fewer than two.
void check_labels(std::span<const PromptIds> prompts) {
  for (std::size_t i = 0; i < prompts.size(); ++i) {
    const std::size_t n = prompts[i].n_labels();
    check_internal(prompts[i].points.empty(), "examples are read at their last position");
    if (n < 2 || n != prompts[0].n_labels())
      throw Error(
          ErrorCode::bad_data,
          fmt::format("prompt {} has {} labels; at least two are needed, the same number for every prompt", i + 1, n));
  }
}

void check_first_tokens(std::span<const PromptIds> prompts) {
  for (std::size_t i = 0; i < prompts.size(); ++i)
    if (const auto error = same_first_tokens(prompts[i]))
      throw Error(error->code(), fmt::format("prompt {}: {}", i + 1, error->what()), error->advice());
}

/// The points' certificates were checked with their pass; these are those of the sums along the labels' paths.
void check_sums(const Engine& engine, const Contributions& parts, const DecomposeOptions& options) {
  if (!options.read_parts) return;
  std::vector<PointOfPrompt> examples;
  for (std::int64_t i = 0; i < parts.n_examples(); ++i) examples.push_back({i, 0, {}});
  Failures failures(options);
  check_certificates(parts.certificate, examples, kCertificateBound, failures);
  check_source_certificates(parts.source_certificate, examples, bound_of_sources(engine.backend().precision()),
                            failures);
}

/// The sum of the labels' probabilities under the model; NaN for prompts that fail.
Array<float> label_mass_of(const Engine& engine, std::span<const PromptIds> prompts, const DecomposeOptions& options) {
  std::vector<PromptFailure> listed;
  DecomposeOptions quiet = options;
  quiet.progress = {};
  if (options.failures) quiet.failures = &listed;
  Array<float> mass({std::ssize(prompts)});
  const auto scores = score_labels(engine, prompts, quiet);
  for (std::size_t i = 0; i < scores.size(); ++i) {
    double sum = 0;
    for (double score : scores[i]) sum += std::exp(score);
    mass(static_cast<std::int64_t>(i)) = static_cast<float>(sum);
  }
  return mass;
}

Contributions decompose_trees(const Engine& engine, std::span<const PromptIds> prompts, const DecomposeOptions& options,
                              DecomposeStats* stats) {
  const std::vector<LabelTree> trees = label_trees(prompts);
  Contributions parts = sum_along_trees(decompose_points(engine, read_at_nodes(prompts, trees), options, stats), trees);
  check_sums(engine, parts, options);
  return parts;
}

/// Scores that are not over the vocabulary.
Contributions decompose_logits(const Engine& engine, std::span<const PromptIds> prompts,
                               const DecomposeOptions& options, DecomposeStats* stats) {
  if (options.score == LabelScore::first)
    return decompose_points(engine, read_at_roots(prompts), options, stats).as_examples();
  if (have_long_labels(prompts)) return decompose_trees(engine, prompts, options, stats);
  return decompose_points(engine, prompts, options, stats).as_examples();
}

}  // namespace

DecomposeStats plan_decompose(const Engine& engine, std::span<const PromptIds> prompts,
                              const DecomposeOptions& options) {
  if (is_over_vocabulary(options.score)) return plan_token_scores(engine, prompts, options);
  if (options.score == LabelScore::first) return plan_points(engine, read_at_roots(prompts), options);
  if (have_long_labels(prompts)) return plan_points(engine, read_at_nodes(prompts, label_trees(prompts)), options);
  return plan_points(engine, prompts, options);
}

Contributions decompose(const Engine& engine, std::span<const PromptIds> prompts, const DecomposeOptions& options,
                        DecomposeStats* stats) {
  check_labels(prompts);
  if (options.score == LabelScore::first) check_first_tokens(prompts);
  if (is_over_vocabulary(options.score)) {
    Contributions parts = decompose_token_scores(engine, prompts, options, stats);
    check_sums(engine, parts, options);
    return parts;
  }
  Array<float> mass;
  if (options.label_mass) mass = label_mass_of(engine, prompts, options);
  Contributions parts = decompose_logits(engine, prompts, options, stats);
  parts.log_probs = log_probabilities(parts.logits);
  parts.label_mass = std::move(mass);
  return parts;
}

}  // namespace partwise::internal
