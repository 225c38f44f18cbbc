// What is wrong with a prompt, before the pass and after it.
#pragma once

#include <functional>
#include <optional>
#include <span>

#include "base/error.h"
#include "decompose/contributions.h"
#include "decompose/options.h"
#include "ops/precision.h"

namespace partwise::internal {

/// Throws, or lists failures if options.failures is set. Each prompt fails at most once.
class Failures {
 public:
  explicit Failures(const DecomposeOptions& options) : listed_(options.failures) {}

  /// `error` calls the prompt "it". Errors: this error with the prompt's number, unless failures are listed.
  void add(std::int64_t prompt, Error error);
  bool has(std::int64_t prompt) const;

 private:
  std::vector<PromptFailure>* listed_;  // in ascending order, or null
};

/// Adds every prompt that cannot be decomposed: it is empty or longer than the context, an id is outside the
/// vocabulary, or nothing is read of it. Labels may also be mixtures.
void check_prompts(std::span<const PromptIds> prompts, const ModelConfig& config, std::int64_t n_mixtures,
                   Failures& failures);
/// Errors: usage if heads are to be split, and some are replaced.
void check_sources(std::span<const PromptIds> prompts, const DecomposeOptions& options);
/// In bfloat16, a head is read from rounded z, but its sources are not: they differ by up to 2^-9 of z. The parts still
/// sum to the logits.
double bound_of_sources(Precision precision);
/// Adds every prompt with a point whose parts miss its logits by more than the bound.
void check_certificates(const Array<float>& certificate, std::span<const PointOfPrompt> points, double bound,
                        Failures& failures);
/// Adds every example whose sums along the labels' paths miss their logits. Their points were checked with their pass.
/// Example e is prompt first_prompt + e.
void check_sums(const Contributions& parts, std::int64_t first_prompt, Precision precision, Failures& failures);
/// The same as check_certificates for heads that are split.
void check_source_certificates(const Array<float>& certificate, std::span<const PointOfPrompt> points, double bound,
                               Failures& failures);

}  // namespace partwise::internal
