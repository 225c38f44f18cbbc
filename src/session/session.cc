#include "session/session.h"

#include <algorithm>

#include "base/memory.h"
#include "decompose/score.h"
#include "session/label_scores.h"

namespace partwise::internal {

namespace {

/// Whether passes read the whole vocabulary.
bool reads_vocabulary(Passes passes) { return passes == Passes::tokens || passes == Passes::served; }

/// Bytes that a session may hold in all.
std::int64_t room(const ComputeOptions& compute) {
  return compute.memory_bytes ? *compute.memory_bytes - private_memory() : available_memory();
}

Residency choose_residency(const ModelConfig& config, const Backend& backend, const ComputeOptions& compute,
                           Passes passes) {
  if (passes == Passes::one) return Residency::streamed;
  return bytes_of_layers(config, backend) <= room(compute) / 2 ? Residency::resident : Residency::streamed;
}

Residency choose_unembedding(const ModelConfig& c, const Backend& backend, const ComputeOptions& compute,
                             Passes passes) {
  if (!reads_vocabulary(passes)) return Residency::streamed;
  const std::int64_t all = bytes_of_layers(c, backend) + c.d_vocab * c.d_model * std::int64_t{sizeof(float)};
  return all <= room(compute) / 2 ? Residency::resident : Residency::streamed;
}

/// Room for the demonstrations of a few readers, and for the texts behind them that were asked last.
std::int64_t choose_known_bytes(const ModelConfig& config, const ComputeOptions& compute, Passes passes) {
  if (passes == Passes::one) return 0;
  const std::int64_t n_tokens = reads_vocabulary(passes) ? 16384 : 2048, share = reads_vocabulary(passes) ? 8 : 16;
  return std::clamp<std::int64_t>(room(compute) / share, 0, n_tokens * bytes_per_known_token(config));
}

/// Whether the score needs more than ids.
bool has_inputs(LabelScore score) { return score == LabelScore::bytes || score == LabelScore::pmi; }

/// Prompts with what the score needs. The given ones must outlive it.
struct Completed {
  Completed(LabelScore score, std::span<const PromptIds> given, const Tokenizer* tokenizer) : prompts(given) {
    if (!has_inputs(score)) return;
    own = with_inputs_of(score, given, tokenizer);
    prompts = own;
  }
  Completed(const Completed&) = delete;
  Completed& operator=(const Completed&) = delete;

  std::vector<PromptIds> own;
  std::span<const PromptIds> prompts;
};

}  // namespace

Passes passes_of(const ComputeOptions& compute) {
  return compute.ablate_with_mean && !compute.ablate.empty() ? Passes::many : Passes::one;
}

Session::Session(const LoadedModel& loaded, const ComputeOptions& compute, Passes passes)
    : loaded_(loaded),
      compute_(compute),
      backend_(make_cpu_backend(compute.threads, compute.precision)),
      engine_(loaded.model(), *backend_, choose_residency(loaded.config(), *backend_, compute, passes),
              choose_known_bytes(loaded.config(), compute, passes),
              choose_unembedding(loaded.config(), *backend_, compute, passes)),
      labels_(passes == Passes::many || passes == Passes::served ? std::make_unique<LabelCache>() : nullptr) {
  if (compute.memory_bytes) give_back_large_blocks();  // otherwise holes between them would add to the memory
}

void Session::settle() { memory_when_settled_ = private_memory() - engine_.known_rows().bytes(); }

std::int64_t Session::memory_in_use() const {
  if (!memory_when_settled_) return private_memory();
  return *memory_when_settled_ + engine_.known_rows().bytes();
}

/// What other passes held when the caller made the options does not count: they have ended.
DecomposeOptions Session::with_memory_in_use(DecomposeOptions options) const {
  options.memory_in_use = memory_in_use();
  return options;
}

DecomposeOptions Session::options() const {
  DecomposeOptions options;
  options.memory_bytes = compute_.memory_bytes;
  options.memory_in_use = memory_in_use();
  options.stored = compute_.stored;
  options.label_cache = labels_.get();
  options.score = compute_.score;
  return options;
}

DecomposeStats Session::plan(std::span<const PromptIds> prompts, const DecomposeOptions& options) const {
  return plan_decompose(engine_, Completed(options.score, prompts, loaded_.tokenizer()).prompts, options);
}

Contributions Session::decompose(std::span<const PromptIds> prompts, const DecomposeOptions& options,
                                 DecomposeStats* stats) const {
  const Completed all(options.score, prompts, loaded_.tokenizer());
  const Turns::Turn turn(passes_);
  return internal::decompose(engine_, all.prompts, with_memory_in_use(options), stats);
}

std::vector<Contributions> Session::decompose_each(std::span<const PromptIds> prompts, const DecomposeOptions& options,
                                                   DecomposeStats* stats) const {
  const Completed all(options.score, prompts, loaded_.tokenizer());
  const Turns::Turn turn(passes_);
  return internal::decompose_each(engine_, all.prompts, with_memory_in_use(options), stats);
}

PointParts Session::decompose_points(std::span<const PromptIds> prompts, const DecomposeOptions& options,
                                     DecomposeStats* stats) const {
  const Turns::Turn turn(passes_);
  return internal::decompose_points(engine_, prompts, with_memory_in_use(options), stats);
}

std::vector<std::vector<double>> Session::score(std::span<const PromptIds> prompts,
                                                const DecomposeOptions& options) const {
  const Turns::Turn turn(passes_);
  return score_labels(engine_, prompts, with_memory_in_use(options));
}

Trace Session::trace(std::span<const Continuation> texts, const TraceOptions& asked, const DecomposeOptions& options,
                     const RecordedSteps* recorded) const {
  const Turns::Turn turn(passes_);
  return internal::trace(engine_, texts, asked, with_memory_in_use(options), recorded);
}

std::vector<AblatedPart> Session::mean_parts(std::span<const PromptIds> prompts, std::span<const Component> parts,
                                             const DecomposeOptions& options) const {
  const Turns::Turn turn(passes_);
  return internal::mean_parts(engine_, prompts, parts, with_memory_in_use(options));
}

}  // namespace partwise::internal
