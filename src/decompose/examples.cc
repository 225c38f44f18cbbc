// Examples: labels after prompts, however labels are scored.
#include <fmt/format.h>

#include <utility>

#include "base/error.h"
#include "decompose/check.h"
#include "decompose/decompose.h"
#include "decompose/label_reads.h"
#include "decompose/label_tree.h"
#include "decompose/token_scores.h"

namespace partwise::internal {

namespace {

/// Errors: bad_data for a prompt that does not have as many labels as the first, or fewer than two, or whose labels the
/// score does not tell apart.
void check_labels(std::span<const PromptIds> prompts, LabelScore score) {
  for (std::size_t i = 0; i < prompts.size(); ++i) {
    const std::size_t n = prompts[i].n_labels();
    check_internal(prompts[i].points.empty(), "examples are read at their last position");
    if (n < 2 || n != prompts[0].n_labels())
      throw Error(
          ErrorCode::bad_data,
          fmt::format("prompt {} has {} labels; at least two are needed, the same number for every prompt", i + 1, n));
    if (const auto error = wrong_labels(prompts[i], score))
      throw Error(error->code(), fmt::format("prompt {}: {}", i + 1, error->what()), error->advice());
  }
}

void check_sums(const Engine& engine, const Contributions& parts, const DecomposeOptions& options) {
  if (!options.read_parts) return;
  Failures failures(options);
  check_sums(parts, 0, engine.backend().precision(), failures);
}

}  // namespace

DecomposeStats plan_decompose(const Engine& engine, std::span<const PromptIds> prompts,
                              const DecomposeOptions& options) {
  if (is_over_vocabulary(options.score)) return plan_token_scores(engine, prompts, options);
  const LabelReads reads(prompts, options, engine.model().config());
  return plan_points(engine, reads.prompts(), reads.options(options));
}

Contributions decompose(const Engine& engine, std::span<const PromptIds> prompts, const DecomposeOptions& options,
                        DecomposeStats* stats) {
  check_labels(prompts, options.score);
  Contributions parts;
  check_internal(!options.weighed || (!is_over_vocabulary(options.score) && !options.label_mass),
                 "heads are weighed for labels that are scored by their own logits");
  if (is_over_vocabulary(options.score)) {
    parts = decompose_token_scores(engine, prompts, options, stats);
  } else {
    const LabelReads reads(prompts, options, engine.model().config());
    parts = reads.examples(decompose_points(engine, reads.prompts(), reads.options(options), stats));
  }
  check_sums(engine, parts, options);
  return parts;
}

}  // namespace partwise::internal
