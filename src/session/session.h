// A model at work, which stays ready from pass to pass.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "base/turns.h"
#include "decompose/label_directions.h"
#include "decompose/points.h"
#include "decompose/trace.h"
#include "pass/engine.h"
#include "session/compute_options.h"
#include "session/loaded_model.h"

namespace partwise::internal {

/// How many passes a session is made for; tokens: many that each read one more token of texts and the whole
/// vocabulary; served: many of any kind, as a server's clients ask for them.
enum class Passes { one, many, tokens, served };

/// What a decomposition needs: many if parts are replaced by their means, which are measured first.
Passes passes_of(const ComputeOptions& compute);

/// Holds the back end, the layers, and keys and values of a model. For many passes each layer is packed once and kept,
/// if all layers fit into half of what memory there is: of ComputeOptions::memory_bytes, or if that is not set, of what
/// the system has available. Keys and values of at most 2,048 tokens are kept, in a sixteenth of it at most. For tokens
/// and for a server the unembedding is kept as well, if it fits beside the layers, and keys and values of at most
/// 16,384 tokens, in an eighth. Several threads may use a session at a time: their passes queue.
class Session {
 public:
  /// `loaded` must outlive the session.
  Session(const LoadedModel& loaded, const ComputeOptions& compute, Passes passes);

  const LoadedModel& loaded() const { return loaded_; }
  const ComputeOptions& compute() const { return compute_; }
  const Engine& engine() const { return engine_; }

  /// From now on, what else the process holds does not count against ComputeOptions::memory_bytes: it belongs to
  /// callers who do other work at the same time. Call it when the layers are packed.
  void settle();

  /// The options of a pass: what `compute` asks to store, how it scores labels, and the memory that there is now.
  DecomposeOptions options() const;

  /// Like the functions of decompose/decompose.h, score.h and trace.h; what a score needs besides ids is added
  /// (label_scores.h). Errors: theirs. With DecomposeOptions::failures one bad prompt fails alone.
  DecomposeStats plan(std::span<const PromptIds> prompts, const DecomposeOptions& options) const;
  Contributions decompose(std::span<const PromptIds> prompts, const DecomposeOptions& options,
                          DecomposeStats* stats = nullptr) const;
  std::vector<Contributions> decompose_each(std::span<const PromptIds> prompts, const DecomposeOptions& options,
                                            DecomposeStats* stats = nullptr) const;
  PointParts decompose_points(std::span<const PromptIds> prompts, const DecomposeOptions& options,
                              DecomposeStats* stats = nullptr) const;
  std::vector<std::vector<double>> score(std::span<const PromptIds> prompts, const DecomposeOptions& options) const;
  Trace trace(std::span<const Continuation> texts, const TraceOptions& asked, const DecomposeOptions& options,
              const RecordedSteps* recorded = nullptr) const;
  std::vector<AblatedPart> mean_parts(std::span<const PromptIds> prompts, std::span<const Component> parts,
                                      const DecomposeOptions& options) const;

 private:
  std::int64_t memory_in_use() const;
  DecomposeOptions with_memory_in_use(DecomposeOptions options) const;

  const LoadedModel& loaded_;
  ComputeOptions compute_;
  std::unique_ptr<Backend> backend_;
  Engine engine_;
  std::unique_ptr<LabelCache> labels_;  // null if label words do not come again
  mutable Turns passes_;                // one pass at a time
  std::optional<std::int64_t> memory_when_settled_;
};

}  // namespace partwise::internal
